import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

/**
 * A service for the bench, on every core, whose answer costs the milliseconds of CPU that its argument says. It sends its
 * parent `{ port }` once, and `{ cpu_ms }`, that of all its processes, ten times a second.
 */
const costMs = Number(process.argv[2]);
/** Of this process, in both modes: asking for it costs most of it in the kernel. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

if (cluster.isPrimary) {
  process.once('disconnect', () => process.exit(0));
  const used = new Map<number, number>();
  let isTold = false;
  cluster.on('message', (worker, message: { cpu_ms?: number; port?: number }) => {
    if (message.cpu_ms !== undefined) used.set(worker.id, message.cpu_ms);
    if (message.port !== undefined && !isTold) {
      isTold = true;
      process.send?.({ port: message.port });
    }
  });
  const all = (): number => [...used.values()].reduce((sum, ms) => sum + ms, cpuMs());
  setInterval(() => process.send?.({ cpu_ms: all() }), 100);
  for (let n = 0; n < availableParallelism(); n += 1) cluster.fork();
} else {
  // its parent has ended, before this process heard of it
  cluster.worker?.once('error', () => process.exit(0));
  const server = createServer((_, response) => {
    const until = cpuMs() + costMs;
    while (cpuMs() < until);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as { port: number }).port });
  });
  setInterval(() => process.send?.({ cpu_ms: cpuMs() }), 100);
}
