import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { WindowView } from '../../contracts/window.ts';
import { until } from '../stack/wait.ts';
import { closeWindow, extendWindow, releaseService, windowView } from '../../workflows/messages.ts';
import { hasEnded } from '../../domain/windows/window.ts';
import { minute } from '../domain/samples.ts';
import type { FakeHost } from './fake-host.ts';
import type { CallFault } from './workers.ts';
import { by, startBench, type TemporalBench } from './temporal-bench.ts';

let bench: TemporalBench;
beforeAll(async () => void (bench = await startBench(inject('temporalAddress'))));
afterAll(() => bench?.stop());

interface Story {
  /** How many activity calls it makes without a fault. */
  calls: number;
  play(host: FakeHost, name: string): Promise<WindowView>;
}

/** Ignores a refusal: only the caller sees it, and the window has to end in any case. */
const refused = (): undefined => undefined;

const stories: Record<string, Story> = {
  'opened and left to its deadline': {
    calls: 2,
    async play(_, name) {
      const view = bench.request(name, { ttl_ms: 500 });
      await bench.open(view).catch(refused);
      return bench.handle(view).result();
    },
  },
  'queued, opened, extended, made smaller and closed': {
    calls: 6,
    async play(host, name) {
      host.room = 0;
      const services = ['db', 'web'];
      const view = bench.request(name, { services, kind: 'operator', target: null });
      await bench.open(view, null, 'queue').catch(refused);
      host.room = 2;
      const handle = bench.handle(view);
      await until('it is open or failed', async () => {
        const now = await handle.query(windowView);
        return now.state === 'open' || hasEnded(now);
      });
      await handle.executeUpdate(extendWindow, { args: [{ by_ms: minute, ...by }] }).catch(refused);
      await handle
        .executeUpdate(releaseService, { args: [{ service: 'db', ...by }] })
        .catch(refused);
      const close = { reason: null, closed_by: 'caller', ...by } as const;
      await handle.executeUpdate(closeWindow, { args: [close] }).catch(refused);
      return handle.result();
    },
  },
};

const faults = Object.entries(stories).flatMap(([title, { calls }]) =>
  Array.from({ length: calls }, (_, nth) => nth).flatMap((nth) =>
    (['before', 'after'] as const).flatMap((when) =>
      [true, false].map((retryable): [string, string, CallFault] => [
        `call ${nth} breaks ${when === 'before' ? 'before it acts' : 'and its result is lost'}, ` +
          (retryable ? 'once' : 'for good'),
        title,
        { nth, when, retryable },
      ]),
    ),
  ),
);

test.each(Object.entries(stories))(
  'a window %s makes as many calls as the faults below count on',
  async (_, story) => {
    const { host, name } = await bench.host();
    await story.play(host, name);
    expect(host.calls).toHaveLength(story.calls);
  },
);

test.concurrent.each(faults)(
  'when %s, a window %s ends and leaves nothing behind',
  async (_, title, fault) => {
    const { host, name } = await bench.host();
    host.fault = fault;
    const ended = await stories[title]!.play(host, name);
    expect(host.calls.length).toBeGreaterThan(fault.nth);
    expect(['closed', 'failed']).toContain(ended.state);
    expect([...host.running, ...host.leases.keys()]).toEqual([]);
    const [saved] = host.saved.values();
    expect(saved).toEqual(ended);
    // a start whose result was lost is not repeated
    for (const [, count] of host.starts) expect(count).toBe(1);
    expect(ended.extensions).toBeLessThanOrEqual(1);
    if (fault.retryable) expect(ended.state).toBe('closed');
  },
);
