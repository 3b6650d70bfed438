import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../../contracts/ids.ts';
import type { Notice } from '../../../../contracts/notice.ts';
import type { NewNotice } from '../../../../store/notices/outbox.ts';
import { iso, noon } from '../../../domain/samples.ts';
import type { StoreUnderTest } from '../under-test.ts';

/** The outbox of notices, and scheduled windows. */
export function describeNotices(under: () => StoreUnderTest): void {
  const host = 'host-of-notices';
  const aNotice = (change: Partial<Notice> = {}): Notice => ({
    type: 'window.failed',
    severity: 'high',
    title: 'a window failed',
    text: 'again',
    subject: 'window-1',
    at: iso(noon),
    valid_until: null,
    ...change,
  });
  const row = (id: string, change: Partial<Notice> = {}): NewNotice => ({
    id: `${host}/${id}`,
    channel: 'phone',
    due_at: noon,
    notice: aNotice(change),
  });
  const pending = () => under().store.outbox.pending(host, noon);

  describe('notices', () => {
    beforeAll(async () => {
      await under().store.outbox.collect(host, () => []);
    });

    test('are made once of each event, also by two processes at the same moment', async () => {
      const { store, other } = under();
      const event = { type: 'window.failed', at: noon, actor: 'test', host } as const;
      await store.events.append([event, event]);
      const collect = (from: typeof store) =>
        from.outbox.collect(host, (one) => (one.host === host ? [row(`event-${one.seq}`)] : []));
      await Promise.all([collect(store), collect(other), collect(store), collect(other)]);
      expect(await pending()).toEqual([
        { channel: 'phone', count: 2, oldest_due_at: noon, critical: false },
      ]);
    });

    test('are not collected if what makes them fails: the next call gets them again', async () => {
      const { store } = under();
      await store.events.append([{ type: 'window.failed', at: noon, actor: 'test', host }]);
      const collect = store.outbox.collect(host, () => {
        throw new Error('killed');
      });
      await expect(collect).rejects.toThrow();
      await store.outbox.collect(host, ({ seq }) => [row(`event-${seq}`)]);
      expect(await pending()).toMatchObject([{ count: 3 }]);
    });

    test('are found by their subject and channel, the newest of each', async () => {
      const { store, other } = under();
      const at = noon + 9_000_000;
      const about = (id: string, due_at: number, channel = 'phone'): NewNotice => ({
        ...row(id, { subject: 'incident-1' }),
        due_at,
        channel,
      });
      await store.outbox.add('subjects', [
        about('s1', at),
        about('s2', at + 5),
        about('s3', at + 1, 'chat'),
      ]);
      await store.outbox.bundle('subjects', 'chat', at + 9, () => newId('notice'));
      const found = await other.outbox.newest('subjects', ['incident-1', 'incident-2']);
      expect(found.toSorted((one, next) => one.at - next.at)).toEqual([
        { channel: 'chat', subject: 'incident-1', at: at + 1, waits: false },
        { channel: 'phone', subject: 'incident-1', at: at + 5, waits: true },
      ]);
      expect(await other.outbox.newest('subjects', [])).toEqual([]);
    });

    test('that are too late become a message of their own, which has ended', async () => {
      const { store } = under();
      await store.outbox.add(host, [
        row('late', { valid_until: iso(noon - 1), severity: 'critical' }),
      ]);
      await store.outbox.add(host, [row('late')]);
      expect(await pending()).toMatchObject([{ count: 4, critical: true }]);
      await store.outbox.bundle(host, 'phone', noon, () => newId('notice'));
      expect(await pending()).toEqual([]);
      const { messages } = await store.messages.list({ channel: 'phone', limit: 10 });
      const shown = messages.filter((one) => one.host === host);
      expect(shown.map(({ status, count }) => `${status} ${count}`).toSorted()).toEqual([
        'expired 1',
        'waiting 3',
      ]);
    });

    test('keep the number of tries and the reason, until their message is dead and tried again', async () => {
      const { store } = under();
      const [message] = await store.messages.due(host, noon);
      const { id } = message!;
      const failed = { status: 'waiting', error: 'no answer', attempts: 1 } as const;
      await store.messages.mark(id, { ...failed, next_at: noon + 5000 });
      expect(await store.messages.due(host, noon)).toEqual([]);
      expect(await store.messages.counts()).toContainEqual({
        host,
        channel: 'phone',
        waiting: 1,
        dead: 0,
        failing: true,
      });
      await store.messages.mark(id, { status: 'dead', at: noon, error: 'gone', attempts: 7 });
      // one that has ended stays as it is
      await store.messages.mark(id, { ...failed, next_at: noon });
      expect(await store.messages.find(id)).toMatchObject({ status: 'dead', error: 'gone' });
      expect(await store.messages.retry(id, noon)).toMatchObject({
        status: 'waiting',
        attempts: 0,
      });
      expect((await store.messages.newest(host, noon - 1)).get('phone')).toBe(noon);
    });
  });

  describe('a scheduled window', () => {
    const declared = {
      name: 'nightly',
      services: ['db'],
      cron: ['30 2 * * *'],
      timezone: 'UTC',
      ttl_seconds: 60,
      reason: null,
      paused: false,
      problems: [],
    };
    const put = (source: 'file' | 'api', mayBeKnown: boolean) =>
      under().store.windowSchedules.put(
        { host, source, declared, owner: 'ada', owner_id: null, now: noon, mayBeKnown },
        [],
      );
    const event = { type: 'schedule.opened', at: noon, actor: 'test', host } as const;
    const one = { slot: 'a', at: noon + 1, outcome: 'opened', detail: null, event } as const;

    test('has one owner of its name', async () => {
      expect(await put('api', false)).toBe(true);
      expect(await put('api', false)).toBe(false);
      expect(await put('file', true)).toBe(false);
      expect(await put('api', true)).toBe(true);
    });

    test('keeps what became of each of its times, once', async () => {
      const { windowSchedules } = under().store;
      const window_id = 'window-00000000000000d1';
      await windowSchedules.decide(host, 'nightly', noon + 1, [{ ...one, window_id }]);
      await windowSchedules.decide(host, 'nightly', noon, [
        { ...one, outcome: 'missed', window_id: null },
      ]);
      expect(await windowSchedules.last(host, 'nightly', 5)).toMatchObject([
        { slot: 'a', outcome: 'opened', window_id },
      ]);
      expect(await windowSchedules.find(host, 'nightly')).toMatchObject({
        decided_until: noon + 1,
      });
      await windowSchedules.remove(host, 'nightly', []);
      expect(await windowSchedules.last(host, 'nightly', 5)).toEqual([]);
    });
  });
}
