import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../../store/index.ts';
import type { NewColonyEvent } from '../../../store/incidents/inee.ts';
import { noon } from '../../domain/samples.ts';
import type { Backend } from '../backend.ts';

const day = 86_400_000;
const by = { actor: 'ada', correlation_id: 'c-1' };
const event = (change: Partial<NewColonyEvent> = {}): NewColonyEvent => ({
  at: noon,
  what: 'colony_registered',
  colony_id: 'garden',
  ...by,
  detail: {},
  ...change,
});

/** Starts a process that claims nonces once `claimed` is called. */
function startClaimer(url: string, count: number) {
  const program = new URL('../claimer.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, url, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const gone = once(child, 'exit');
  return {
    ready: lines.next(),
    async claimed(): Promise<number[]> {
      child.stdin.write('go\n');
      const { value } = await lines.next();
      await gone;
      return JSON.parse(String(value)) as number[];
    },
  };
}

/** Colonies. They have a database of their own, so that the rest is tested without their tables. */
export function describeInee(kind: string, start: () => Promise<Backend>): void {
  let backend: Backend;
  let store: Store;

  describe(`colonies on ${kind}`, () => {
    beforeAll(async () => {
      backend = await start();
      store = await openStore(backend.url);
    });
    afterAll(async () => {
      await store.close();
      await backend.stop();
    });

    test('are registered once, with their agents, and keep their life when their URL changes', async () => {
      const life = { stage: 'egg' };
      const one = { colony_id: 'garden', remote_url: null, life };
      expect(await store.inee.register(one, event())).toEqual({
        ...one,
        heartbeats: 0,
        intents: 0,
        agent_count: 0,
        registered_at: noon,
        registered_by: 'ada',
      });
      const agent = { colony_id: 'garden', agent_type: 'scanner', registered_at: noon };
      for (const agent_id of ['a', 'b', 'a'])
        expect(await store.inee.registerAgent({ ...agent, agent_id }, event())).toBe(true);
      const next = { life: { stage: 'larva' }, event: null };
      expect(await store.inee.beat('garden', () => next)).toMatchObject({ heartbeats: 1 });
      const changed = { ...one, remote_url: 'https://garden.example' };
      await store.inee.register(changed, event({ at: noon + 1 }));
      const submitted = { ...event(), detail: { intent_id: 'intent-1' } };
      await store.inee.countIntent('garden', submitted);
      await store.inee.countIntent('garden', submitted); // it is sent again
      expect(await store.inee.colonies()).toEqual([
        {
          ...changed,
          life: { stage: 'larva' },
          heartbeats: 1,
          intents: 1,
          agent_count: 2,
          registered_at: noon,
          registered_by: 'ada',
        },
      ]);
    });

    test('that are not registered have no agents and no heartbeats', async () => {
      const agent = { colony_id: 'nobody', agent_id: 'a', agent_type: 'x', registered_at: noon };
      const before = await store.inee.events(100);
      expect(await store.inee.registerAgent(agent, event())).toBe(false);
      expect(await store.inee.beat('nobody', (life) => ({ life, event: event() }))).toBeNull();
      expect(await store.inee.find('nobody')).toBeNull();
      expect(await store.inee.events(100)).toEqual(before);
    });

    test('leave an audit whose events are removed after 30 days', async () => {
      const intent = (nth: number, at: number) => ({
        ...event({ at }),
        detail: { intent_id: `intent-${nth}` },
      });
      await store.inee.countIntent('garden', intent(2, noon + 1));
      await store.inee.countIntent('garden', intent(3, noon + 30 * day));
      expect(await store.inee.events(1)).toMatchObject([{ detail: { intent_id: 'intent-3' } }]);
      const kept = (await store.inee.events(100)).map(({ at }) => Date.parse(at));
      expect(Math.min(...kept)).toBe(noon); // exactly 30 days old
      await store.inee.countIntent('garden', intent(4, noon + 30 * day + 2));
      const left = (await store.inee.events(100)).map(({ at }) => Date.parse(at));
      expect(Math.min(...left)).toBe(noon + 30 * day);
    });

    test('claim a nonce once, until it is forgotten', async () => {
      const claim = (colony: string, now: number) =>
        store.inee.claimNonce(colony, 'n', now, now - 900_000);
      expect(await claim('garden', noon)).toBe(true);
      expect(await claim('garden', noon + 1)).toBe(false);
      expect(await claim('meadow', noon + 900_000)).toBe(true); // of its own
      expect(await claim('garden', noon + 900_000)).toBe(false);
      expect(await store.inee.claimNonce('meadow', 'later', noon + 900_001, noon + 1)).toBe(true);
      expect(await claim('garden', noon + 900_001)).toBe(true);
    });

    test('two processes that claim the same nonces at once get each of them once', async () => {
      const count = 40;
      const claimers = [startClaimer(backend.url, count), startClaimer(backend.url, count)];
      await Promise.all(claimers.map(({ ready }) => ready));
      const got = await Promise.all(claimers.map((one) => one.claimed()));
      const all = got.flat().toSorted((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: count }, (_, n) => n));
    }, 60_000);
  });
}
