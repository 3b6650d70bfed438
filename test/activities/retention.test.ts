import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { retain } from '../../activities/retention.ts';
import { openStore } from '../../store/index.ts';
import { noon } from '../domain/samples.ts';

const day = 86_400_000;

test('what is older than so many days goes from every log, in pieces, and all that is left is proved', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-retention-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  try {
    const old = { type: 'window.open', at: noon - 40 * day, actor: 'ada' } as const;
    for (let n = 0; n < 4100; n += 100)
      await store.events.append(Array.from({ length: 100 }, () => old));
    await store.events.append([{ ...old, at: noon }]);
    const intent = { source: 'chat', actor: 'ada', session_id: null, payload: {} } as const;
    for (const [n, at] of [noon - 31 * day, noon - 30 * day, noon].entries()) {
      const names = { intent_id: `intent-0000000${n}`, correlation_id: `c-${n}` };
      await store.intents.append({ ...intent, ...names, at }, []);
    }
    const deps = { store, clock: () => noon, log: pino({ level: 'silent' }) };
    await retain(deps, 30);
    const events = await store.events.after(0, 100);
    expect(events.map(({ type }) => type)).toEqual([
      'window.open',
      ...Array.from({ length: 4 }, () => 'audit.pruned'), // three pieces of events, one of intents
    ]);
    expect((await store.audit.after('intents', 0, 10)).map(({ seq }) => seq)).toEqual([2, 3]);
    for (const log of store.audit.logs) {
      expect(await store.audit.verify(log)).toMatchObject({ ok: true });
    }
    await retain(deps, 30);
    expect((await store.events.after(0, 100)).length).toBe(5); // nothing went, so nothing is told
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});
