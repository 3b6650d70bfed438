import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

/**
 * A service for the bench, on every core, whose answer costs the milliseconds of CPU that its argument says. It sends its
 * parent `{ port }` once, and `{ cpu_ms }`, that of all its processes, ten times a second.
 */
const costMs = Number(process.argv[2]);

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
  const own = (): number => Object.values(process.cpuUsage()).reduce((sum, us) => sum + us, 0);
  const all = (): number => [...used.values()].reduce((sum, ms) => sum + ms, own() / 1000);
  setInterval(() => process.send?.({ cpu_ms: all() }), 100);
  for (let n = 0; n < availableParallelism(); n += 1) cluster.fork();
} else {
  // its parent has ended, before this process heard of it
  cluster.worker?.once('error', () => process.exit(0));
  const server = createServer((_, response) => {
    const until = process.cpuUsage().user + costMs * 1000;
    while (process.cpuUsage().user < until);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as { port: number }).port });
  });
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu_ms: (user + system) / 1000 });
  }, 100);
}
