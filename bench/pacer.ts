/**
 * Sends requests at a constant rate, whether or not answers arrive, and measures each from the moment it was due:
 * `node pacer.ts URL TOKEN PER_SECOND SECONDS [BODY]`. With a body the requests are POST. Prints one JSON object; times in ms.
 */
import { Agent, request } from 'node:http';
import { percentile } from './sample.ts';

const [url = '', token = '', perSecond = '1000', seconds = '10', body] = process.argv.slice(2);
const total = Number(perSecond) * Number(seconds);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const headers = {
  'x-vx11-token': token,
  ...(body !== undefined && { 'content-type': 'application/json' }),
};
const method = body === undefined ? 'GET' : 'POST';
const took: number[] = [];
let refused = 0;
const done = Promise.withResolvers<void>();
const began = performance.now() + 50;
const dueAt = (nth: number): number => began + (nth * 1000) / Number(perSecond);

function send(nth: number): void {
  const end = (ok: boolean): void => {
    if (!ok) refused += 1;
    took.push(performance.now() - dueAt(nth));
    if (took.length === total) done.resolve();
  };
  request(url, { agent, headers, method }, (answer) => {
    answer.resume();
    answer.on('end', () => end(answer.statusCode === 200));
  })
    .on('error', () => end(false))
    .end(body);
}

let sent = 0;
/** Uses setImmediate, because the 1 ms steps of a timer would count as the server's time. */
function pace(): void {
  while (sent < total && dueAt(sent) <= performance.now()) send(sent++);
  if (sent < total) setImmediate(pace);
}
pace();
await done.promise;
agent.destroy();
console.log(
  JSON.stringify({
    p50: percentile(took, 0.5),
    p95: percentile(took, 0.95),
    p99: percentile(took, 0.99),
    n: took.length,
    refused,
  }),
);
