import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { until } from '../stack/wait.ts';
import { closeWindow, extendWindow, releaseService, windowView } from '../../workflows/messages.ts';
import { minute } from '../domain/samples.ts';
import { by, close, refusal, startBench, type TemporalBench } from './temporal-bench.ts';

let bench: TemporalBench;
beforeAll(async () => void (bench = await startBench(inject('temporalAddress'))));
afterAll(() => bench?.stop());

describe('a window', () => {
  test('opens, and closes at its deadline, which counts from its opening', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name, { ttl_ms: 1200 });
    const { view: open } = await bench.open(view);
    expect(open).toMatchObject({ state: 'open', services_started: ['web'] });
    expect(Date.parse(open.expires_at!) - Date.parse(open.opened_at!)).toBe(1200);
    expect([...host.running]).toEqual(['web']);
    const ended = await bench.handle(view).result();
    expect(ended).toMatchObject({
      state: 'closed',
      receipt: { closed_by: 'deadline', residue: [] },
    });
    expect(ended.receipt!.overrun_ms!).toBeGreaterThanOrEqual(0);
    expect([host.running.size, host.leases.size]).toEqual([0, 0]);
    expect(host.saved.get(view.window_id)).toEqual(ended);
  });

  test('is renewed by another call to open it, and stays open past its old deadline', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name, { ttl_ms: 1000 });
    await bench.open(view);
    const { view: renewed, clamped } = await bench.open(view, 10 * minute);
    expect([renewed.extensions, clamped]).toEqual([1, false]);
    await sleep(1500);
    expect(await bench.handle(view).query(windowView)).toMatchObject({
      state: 'open',
      ttl_ms: 10 * minute,
    });
    expect(host.calls).toEqual(['openServices', 'moveDeadline']);
    const ended = await bench.handle(view).executeUpdate(closeWindow, { args: [close] });
    expect(ended.receipt).toMatchObject({ closed_by: 'caller', reason: 'done' });
  });

  test('that is renewed to a shorter time ends at the earlier deadline', async () => {
    const { name } = await bench.host();
    const view = bench.request(name);
    await bench.open(view);
    await bench.open(view, 1000);
    expect((await bench.handle(view).result()).receipt).toMatchObject({ closed_by: 'deadline' });
  });

  test('is extended up to its max_ttl, and reports that it was clamped', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name);
    await bench.open(view);
    const handle = bench.handle(view);
    const more = await handle.executeUpdate(extendWindow, { args: [{ by_ms: minute, ...by }] });
    expect(more).toMatchObject({ clamped: false, view: { extensions: 1 } });
    const most = await handle.executeUpdate(extendWindow, {
      args: [{ by_ms: 600 * minute, ...by }],
    });
    const latest = Date.parse(most.view.opened_at!) + view.max_ttl_ms;
    expect([most.clamped, Date.parse(most.view.expires_at!)]).toEqual([true, latest]);
    expect(host.leases.get(view.window_id)!.get('web')).toBe(latest);
    await handle.executeUpdate(closeWindow, { args: [close] });
  });

  test('is extended once by updates with the same id, which all get the same response', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name);
    await bench.open(view);
    const handle = bench.handle(view);
    const message = { updateId: 'one-attempt', args: [{ by_ms: minute, ...by }] } as const;
    const extend = () =>
      handle.executeUpdate(extendWindow, { ...message, args: [...message.args] });
    const [first, second] = [await extend(), await extend()];
    expect(second).toEqual(first);
    expect((await handle.query(windowView)).extensions).toBe(1);
    expect(host.calls.filter((call) => call === 'moveDeadline')).toHaveLength(1);
    await handle.executeUpdate(closeWindow, { args: [close] });
  });

  test('that is closing cannot be extended', async () => {
    const { host, name } = await bench.host();
    const { promise, resolve } = Promise.withResolvers<void>();
    host.gates.set('closeServices', promise);
    const view = bench.request(name);
    await bench.open(view);
    const handle = bench.handle(view);
    const closing = handle.executeUpdate(closeWindow, { args: [close] });
    await until('it is closing', () => host.calls.includes('closeServices'));
    expect(await refusal(handle.executeUpdate(extendWindow, { args: [{ by_ms: 1, ...by }] }))).toBe(
      'window_ended',
    );
    expect((await bench.open(view, minute)).view.state).toBe('closing');
    resolve();
    expect((await closing).state).toBe('closed');
  });

  test('whose leases have expired cannot be extended', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name);
    await bench.open(view);
    host.leases.get(view.window_id)!.set('web', Date.now() - 1);
    const handle = bench.handle(view);
    expect(await refusal(handle.executeUpdate(extendWindow, { args: [{ by_ms: 1, ...by }] }))).toBe(
      'window_ended',
    );
    expect((await handle.query(windowView)).extensions).toBe(0);
    await handle.executeUpdate(closeWindow, { args: [close] });
  });

  test('that still opens cannot be extended yet', async () => {
    const { host, name } = await bench.host();
    const { promise, resolve } = Promise.withResolvers<void>();
    host.gates.set('openServices', promise);
    const view = bench.request(name);
    const handle = await bench.start(view);
    await until('it is opening', () => host.running.has('web'));
    expect(await refusal(handle.executeUpdate(extendWindow, { args: [{ by_ms: 1, ...by }] }))).toBe(
      'window_not_open',
    );
    resolve();
    await handle.executeUpdate(closeWindow, { args: [close] });
  });

  test.each([
    ['is interrupted', false],
    ['ignores it and succeeds late', true],
  ])(
    'that is closed while it opens ends at once, also when the opening %s',
    async (_, ignoresClose) => {
      const { host, name } = await bench.host();
      const { promise, resolve } = Promise.withResolvers<void>();
      host.gates.set('openServices', promise);
      host.ignoresClose = ignoresClose;
      const view = bench.request(name);
      const opening = bench.open(view);
      await until('it is opening', () => host.running.has('web'));
      const closing = bench.handle(view).executeUpdate(closeWindow, { args: [close] });
      await until('its services went down', () => host.running.size === 0);
      resolve();
      expect(await closing).toMatchObject({ state: 'closed', receipt: { closed_by: 'caller' } });
      await opening;
      expect((await bench.handle(view).result()).state).toBe('closed');
      expect([host.running.size, host.leases.size]).toEqual([0, 0]);
    },
  );

  test('that is closed stays closed, also when the opening finishes last', async () => {
    const own = await startBench(inject('temporalAddress'));
    const { host, name } = await own.host();
    const [opens, closes] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    host.gates.set('openServices', opens.promise).set('closeServices', closes.promise);
    host.ignoresClose = true;
    const view = own.request(name);
    const handle = await own.start(view);
    await until('it is opening', () => host.running.has('web'));
    const closing = handle.executeUpdate(closeWindow, { args: [close] });
    await until('it is closing', () => host.calls.includes('closeServices'));
    // while no workflow worker runs, the close finishes first, then the opening
    await own.pause();
    closes.resolve();
    await until('it is closed', () => host.running.size === 0);
    await sleep(200);
    opens.resolve();
    await sleep(200);
    await own.resume();
    expect((await closing).state).toBe('closed');
    expect((await handle.result()).state).toBe('closed');
    expect([host.running.size, host.leases.size]).toEqual([0, 0]);
    await own.stop();
  });

  test('that many callers open at the same moment opens once', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name);
    const answers = await Promise.all(Array.from({ length: 8 }, () => bench.open(view)));
    expect(new Set(answers.map(({ view: { opened_at } }) => opened_at)).size).toBe(1);
    expect(host.calls).toEqual(['openServices']);
    expect(host.starts.get('web')).toBe(1);
    await bench.handle(view).executeUpdate(closeWindow, { args: [close] });
  });

  test('that many callers close at the same moment writes one receipt', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name);
    await bench.open(view);
    const closing = Array.from({ length: 5 }, () =>
      bench.handle(view).executeUpdate(closeWindow, { args: [close] }),
    );
    const ended = await Promise.all(closing);
    expect(new Set(ended.map(({ receipt }) => receipt!.closed_at)).size).toBe(1);
    expect(host.calls.filter((call) => call === 'closeServices')).toHaveLength(1);
  });

  test('releases one service and keeps the others', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name, { services: ['web', 'db'], kind: 'operator', target: null });
    await bench.open(view);
    const handle = bench.handle(view);
    const rest = await handle.executeUpdate(releaseService, { args: [{ service: 'db', ...by }] });
    expect(rest).toMatchObject({ state: 'open', members: ['web'] });
    expect([...host.running]).toEqual(['web']);
    await handle.executeUpdate(closeWindow, { args: [close] });
  });

  test('that releases its last service closes', async () => {
    const { host, name } = await bench.host();
    const view = bench.request(name);
    await bench.open(view);
    const handle = bench.handle(view);
    const ended = await handle.executeUpdate(releaseService, { args: [{ service: 'web', ...by }] });
    expect(ended).toMatchObject({
      state: 'closed',
      receipt: { closed_by: 'caller', reason: 'web was taken out' },
    });
    expect((await handle.result()).state).toBe('closed');
    expect(host.running.size).toBe(0);
  });

  test('on hold has no deadline, cannot be extended, and ends when a caller closes it', async () => {
    const { name } = await bench.host();
    const view = bench.request(name, { mode: 'hold', ttl_ms: null });
    const { view: open } = await bench.open(view);
    expect(open).toMatchObject({ state: 'open', expires_at: null });
    const handle = bench.handle(view);
    expect(await refusal(handle.executeUpdate(extendWindow, { args: [{ by_ms: 1, ...by }] }))).toBe(
      'window_not_open',
    );
    expect((await bench.open(view, 1000)).view.expires_at).toBeNull();
    await sleep(1300);
    expect((await handle.query(windowView)).state).toBe('open');
    const ended = await handle.executeUpdate(closeWindow, { args: [close] });
    expect(ended.receipt).toMatchObject({ deadline: null, overrun_ms: null });
  });
});
