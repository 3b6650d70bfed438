import { once } from 'node:events';
import { openStore } from '../../store/index.ts';

/** A process that claims nonces once its input says so, and prints those that it got. */
const [url, count] = process.argv.slice(2) as [string, string];
const store = await openStore(url);
console.log('ready');
await once(process.stdin, 'data');
const got: number[] = [];
for (let n = 0; n < Number(count); n += 1)
  if (await store.inee.claimNonce('garden', String(n), 1000, 0)) got.push(n);
console.log(JSON.stringify(got));
await store.close();
process.stdin.destroy();
