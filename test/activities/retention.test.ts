import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { retain } from '../../activities/retention.ts';
import { openStore } from '../../store/index.ts';
import { noon } from '../domain/samples.ts';

const day = 86_400_000;

test('rows older than the limit are removed from every log, in batches, and the rest still verifies', async () => {
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
    expect((await store.events.after(0, 100)).length).toBe(5); // nothing was removed, so no event is added
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a broken log is reported in madre’s log in every round, and the other one is still pruned', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-retention-'));
  const file = join(folder, 'store.db');
  const store = await openStore(`sqlite:${file}`);
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  try {
    const old = { at: noon - 40 * day, actor: 'ada' } as const;
    await store.events.append(Array.from({ length: 5 }, () => ({ type: 'window.open', ...old })));
    const intent = { source: 'chat', session_id: null, payload: {}, ...old } as const;
    for (const n of [1, 2]) {
      const names = { intent_id: `intent-0000000${n}`, correlation_id: `c-${n}` };
      await store.intents.append({ ...intent, ...names }, []);
    }
    const hand = new DatabaseSync(file);
    hand.exec('drop trigger events_no_delete; delete from events where seq = 3');
    hand.close();
    for (let round = 1; round < 3; round += 1) {
      await retain({ store, clock: () => noon, log }, 30);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject(
        Array.from({ length: round }, () => ({ level: 40, log: 'events', broken_at: 4 })),
      );
    }
    expect((await store.audit.after('intents', 0, 10)).map(({ seq }) => seq)).toEqual([2]);
    const types = (await store.events.after(5, 100)).map(({ type }) => type);
    expect(types.filter((type) => type === 'audit.broken')).toHaveLength(1);
    expect(await store.audit.verify('events')).toMatchObject({ ok: false, broken_at: 4 });
    expect(await store.audit.verify('intents')).toMatchObject({ ok: true });
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a log that cannot be pruned is named and does not prevent pruning the others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-retention-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  try {
    const pruned: string[] = [];
    const [bad] = store.audit.logs;
    const audit = {
      ...store.audit,
      prune: async (...[name, ask]: Parameters<typeof store.audit.prune>) => {
        if (name === bad) throw new Error('its anchor is gone');
        pruned.push(name);
        return store.audit.prune(name, ask);
      },
    };
    const deps = { store: { ...store, audit }, clock: () => noon, log: pino({ level: 'silent' }) };
    await expect(retain(deps, 30)).rejects.toThrow(`${bad}: its anchor is gone`);
    expect(pruned).toEqual(store.audit.logs.slice(1));
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
});
