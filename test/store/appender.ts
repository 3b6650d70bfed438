/**
 * A process that appends events until it is done or killed, and prints the number of each acknowledged one:
 * `node test/store/appender.ts <store url> <name> <count>`
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../store/index.ts';

const [url = '', name = '', count = '0'] = process.argv.slice(2);
const store = await openStore(url);
writeSync(1, 'ready\n');
for (let n = 1; n <= Number(count); n += 1) {
  const observation = { name: `${name}-${n}`, host: name } as never;
  const event = { type: 'service.started', at: n, actor: name, payload: { n } } as const;
  await store.services.observe([observation], [event], n);
  writeSync(1, `${n}\n`);
}
await store.close();
