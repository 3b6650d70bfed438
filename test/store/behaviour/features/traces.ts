import { describe, expect, test } from 'vitest';
import type { NewEvent } from '../../../../contracts/event.ts';
import { withTraceParent } from '../../../../platform/trace-context.ts';
import { noon } from '../../../domain/samples.ts';
import type { StoreUnderTest } from '../under-test.ts';

/** What traces are made of: the log behind a cursor, and the events of one subject. */
export function describeTraces(under: () => StoreUnderTest): void {
  const event = (type: NewEvent['type'], more: Partial<NewEvent> = {}): NewEvent => ({
    type,
    at: noon,
    actor: 'test',
    ...more,
  });
  const traces = () => under().store.traces;
  const typesOf = (records: readonly { type: string }[]) => records.map(({ type }) => type);

  describe('traces', () => {
    test('begin at the newest event, and go on after what was sent, also for another process', async () => {
      const { store, other } = under();
      const host = 'host-of-cursor';
      await store.events.append([event('engine.lost')]);
      expect(await traces().next(host, 10)).toEqual([]);
      await store.events.append([
        event('engine.back'),
        event('guard.blind'),
        event('guard.seeing'),
      ]);
      const [first, second] = await traces().next(host, 2);
      expect(typesOf([first!, second!])).toEqual(['engine.back', 'guard.blind']);
      expect(await traces().lag(host)).toEqual({ events: 3, since: noon });
      await other.traces.sent(host, second!.seq);
      await traces().sent(host, first!.seq);
      expect(typesOf(await other.traces.next(host, 10))).toEqual(['guard.seeing']);
      await traces().sent(host, second!.seq + 1);
      expect(await traces().lag(host)).toEqual({ events: 0, since: null });
    });

    test('pass over what is too old, and count it', async () => {
      const { store } = under();
      const host = 'host-of-the-past';
      await traces().next(host, 1);
      await store.events.append([1, 2, 3].map((ms) => event('engine.lost', { at: noon + ms })));
      expect(await traces().skipBefore(host, noon - 1)).toBe(0);
      expect(await traces().skipBefore(host, noon + 3)).toBe(2);
      expect(await traces().skipBefore(host, noon + 3)).toBe(0);
      expect((await traces().lag(host)).events).toBe(1);
      expect(await traces().skipBefore(host, noon + 9)).toBe(1);
      expect(await traces().next(host, 10)).toEqual([]);
    });

    test.each([
      [null, 'window-7f2e3d4c', 'window.requested', 'window.queued', 'window.extended'],
      ['plan_id', 'plan-7f2e3d4c', 'plan.created', 'plan.waiting', 'plan.step'],
      ['spawn_id', 'spawn-7f2e3d4c', 'spawn.queued', 'spawn.running', 'spawn.retried'],
    ] as const)('find the events of a subject (%s %s)', async (member, id, begins, first, each) => {
      const { store } = under();
      const of = (which: string) =>
        member === null ? { window_id: which } : { payload: { [member]: which } };
      for (const type of [begins, first, first, each, each]) {
        await store.events.append([event(type, of(`${id}0`)), event(type, of(id))]);
      }
      const key = { member, id };
      const newest = await store.events.newest();
      const request = (await traces().request(key, begins, newest))!;
      expect(request).toMatchObject({ type: begins, ...of(id) });
      expect(await traces().request(key, begins, request.seq - 1)).toBeNull();
      const range = [request.seq, newest + 1] as const;
      expect(typesOf(await traces().firsts(key, [first, each], range))).toEqual([first, each]);
      expect(await traces().firsts(key, [], range)).toEqual([]);
      const all = await traces().all(key, [each], range);
      expect(typesOf(all)).toEqual([each, each]);
      expect(all[0]!.seq).toBeLessThan(all[1]!.seq);
      expect(await traces().all(key, [each], [request.seq, all[1]!.seq])).toHaveLength(1);
    });

    test('know what an event is a part of, if the code that appends it says so', async () => {
      const { store } = under();
      const parent = 'plan-7f2e3d4c/s1';
      await withTraceParent(parent, () => store.events.append([event('engine.lost')]));
      await store.events.append([event('engine.back')]);
      const [part, alone] = await store.events.after((await store.events.newest()) - 2, 2);
      expect(part!.payload).toEqual({ trace_parent: parent });
      expect(alone!.payload).toEqual({});
    });
  });
}
