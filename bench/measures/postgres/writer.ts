/**
 * One host that writes to a store as madre does, for as long as it is asked to:
 * `node bench/measures/postgres/writer.ts <store url> <host> <ms>`. Begins when its stdin ends, and prints how many
 * transactions were committed.
 */
import { once } from 'node:events';
import { newId } from '../../../contracts/ids.ts';
import { openStore } from '../../../store/index.ts';

const [url = '', host = '', ms = '0'] = process.argv.slice(2);
/** So many things happen on a host at once. */
const lanes = 4;

const store = await openStore(url);
const windows = Array.from({ length: lanes }, () => newId('window'));
// all at once: each opens its connection before the time begins
await Promise.all(
  windows.map((window_id) => {
    const lease = { window_id, host, service: 'web', deadline: null, is_open: true };
    return store.leases.reserve(window_id, [lease], Date.now());
  }),
);
process.stdout.write('ready\n');
process.stdin.resume();
await once(process.stdin, 'end');
const until = performance.now() + Number(ms);
let writes = 0;

async function lane(windowId: string): Promise<void> {
  const taskId = newId('spawn');
  for (let n = 1; performance.now() < until; n += 1) {
    const at = Date.now();
    const about = { host, window_id: windowId, correlation_id: windowId };
    const chunk = { attempt: 1, seq: n, stream: 'stdout' as const, at, start: n };
    const add = [{ ...chunk, bytes: Buffer.from('one line of a task') }];
    await store.leases.renew(windowId, at + 60_000, at);
    await store.taskOutput.append(taskId, { attempt: 1, add, drop: [] });
    await store.presence.beat({ process: 'madre', host, at, detail: {} });
    await store.events.append([{ type: 'window.extended', at, actor: 'bench', ...about }]);
    writes += 4;
  }
}

await Promise.all(windows.map(lane));
process.stdout.write(`${writes}\n`);
await store.close();
