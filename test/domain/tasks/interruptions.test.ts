import { describe, expect, test } from 'vitest';
import { make, refusal, stepsOf } from '../plans/made-plans.ts';
import { aWorld, hex, webWindow } from '../plans/plan-samples.ts';

describe('an order to close or stop', () => {
  const context = aWorld([
    webWindow(),
    webWindow({
      window_id: 'window-00000000000000c3',
      kind: 'operator',
      target: null,
      services: ['web', 'db'],
      members: ['web', 'db'],
    }),
  ]);

  test('closes target windows of any owner, and operator windows of the requester', () => {
    expect(stepsOf('close web', context)[0]!.params).toEqual({
      window_ids: ['window-00000000000000b2'],
      services: null,
    });
    const admin = { scope: 'admin' } as const;
    expect(stepsOf('close web', context, admin)[0]!.params).toMatchObject({
      window_ids: { length: 2 },
    });
    expect(make('close all', context, admin)).toMatchObject({ risk: { level: 'MED' } });
  });

  test('is refused, with the window named, if only a window of another owner holds the service', () => {
    const draft = make('close db', context);
    expect(draft).toMatchObject({ ok: false, error: { code: 'window_not_open' } });
    expect(!draft.ok && draft.error.detail).toContain('window-00000000000000c3 of bea (web, db)');
    expect(stepsOf('close hermes', context)).toMatchObject([{ type: 'NOOP' }]);
  });

  test('needs confirmation if it ends more than the request names', () => {
    const admin = { scope: 'admin' } as const;
    expect(make('close db', context, admin)).toMatchObject({
      risk: { level: 'MED', because: 'it ends web too (suspend)' },
    });
    expect(make('close web and db', context, { ...admin, actor: 'bea' })).toMatchObject({
      risk: { level: 'MED', because: 'it ends several windows (suspend)' },
    });
    const own = aWorld([context.windows[1]!]);
    expect(make('close web and db', own, { actor: 'bea' })).toMatchObject({
      risk: { level: 'LOW' },
    });
    expect(make('close web and db', own, admin)).toMatchObject({
      risk: { level: 'MED', because: 'it ends window-00000000000000c3 of bea (suspend)' },
    });
  });

  test('needs confirmation if the text may not be an order', () => {
    expect(make('web closes', aWorld([webWindow()]))).toMatchObject({
      risk: { level: 'MED', because: 'the text may not be an order' },
    });
  });

  test('with "all" and a named service closes only the windows of that service', () => {
    const shop = aWorld([
      webWindow(),
      webWindow({ window_id: 'window-00000000000000d4', target: 'db', members: ['db'] }),
    ]);
    for (const text of [
      'cierra web, gracias por todo',
      'close web, that is all',
      'close all web',
    ]) {
      expect(stepsOf(text, shop)[0]!.params, text).toMatchObject({
        window_ids: ['window-00000000000000b2'],
      });
    }
    for (const text of ['cierra todo', 'close them all', 'power down everything']) {
      expect(stepsOf(text, shop)[0]!.params, text).toMatchObject({ window_ids: { length: 2 } });
    }
  });

  test.each(["close the sho, that's all", 'cierra la tineda, gracias por todo'])(
    'of an unknown service closes nothing: %s',
    (text) => {
      expect(make(text, context)).toMatchObject({ ok: false, error: { code: 'no_open_window' } });
    },
  );

  test('to stop a service removes it from every window, lists the windows, and has HIGH risk', () => {
    for (const text of ['stop web', 'delete web', 'kill web']) {
      const draft = make(text, context);
      expect(draft).toMatchObject({ risk: { level: 'HIGH' }, reads: false });
      expect(stepsOf(text, context)[0]!.params).toEqual({
        window_ids: ['window-00000000000000b2', 'window-00000000000000c3'],
        services: ['web'],
      });
    }
  });

  test('to suspend has MED risk, since the verb decides', () => {
    for (const text of ['suspend web', 'suspende web']) {
      expect(make(text, context)).toMatchObject({
        risk: { level: 'MED' },
        steps: [{ risk: 'MED' }],
      });
    }
    expect(stepsOf('suspend web', context)[0]!.params).toMatchObject({ verb: 'suspend' });
  });

  test('of madre has HIGH risk, and warns that it will not happen', () => {
    expect(make('stop madre')).toMatchObject({
      risk: { level: 'HIGH', because: expect.stringMatching(/VX11 itself/) as string },
      warnings: [expect.stringMatching(/^core_service/) as string],
    });
  });

  test('treats a window-tier service with the name of a VX11 service like any other', () => {
    const own = aWorld();
    own.services = own.services.map((one) =>
      one.name === 'redis' ? { ...one, tier: 'window' as const } : one,
    );
    expect(make('stop redis', own).warnings).toEqual([]);
    expect(make('stop redis').warnings).toEqual([expect.stringMatching(/^core_service/)]);
    expect(make('stop madre', own).warnings).toEqual([expect.stringMatching(/^core_service/)]);
  });

  test('of an unknown thing still needs confirmation, and deletes nothing', () => {
    expect(make('delete everything')).toMatchObject({ risk: { level: 'HIGH' }, reads: false });
    expect(stepsOf('delete everything')).toMatchObject([{ type: 'NOOP' }]);
  });
});

describe('a restart', () => {
  const open = webWindow();
  const context = aWorld([open]);
  const { window_id, host } = open;
  const inside = { type: 'RESTART_SERVICE', params: { window_id, host, service: 'web' } };

  test('of a running service happens inside its window, and needs confirmation', () => {
    expect(stepsOf('restart web', context)).toMatchObject([inside]);
    expect(make('restart web', context)).toMatchObject({ risk: { level: 'MED' } });
  });

  test('has a timeout for the stop and the start of its service', () => {
    const slow = aWorld([open]);
    expect(stepsOf('restart web', slow)[0]!.timeout_seconds).toBe(30 + 10 + 80);
    Object.assign(slow.services[0]!, { start_timeout_ms: 2_400_000, stop_grace_ms: 120_000 });
    expect(stepsOf('restart web', slow)[0]!.timeout_seconds).toBe(2400 + 120 + 80);
  });

  test('of a service in several windows happens in the one with the latest deadline', () => {
    const hold = webWindow({ window_id: `window-${hex}77`, expires_at: null });
    expect(stepsOf('restart web', aWorld([open, hold]))).toMatchObject([
      { params: { window_id: hold.window_id } },
    ]);
  });

  test('with a duration also opens a window for that duration', () => {
    expect(stepsOf('restart web for 20 minutes', context)).toMatchObject([
      inside,
      { type: 'OPEN_WINDOW', params: { services: ['web'], ttl_seconds: 1200 }, depends_on: ['s1'] },
    ]);
  });

  test('of a sleeping service opens a window on it, even next to a running service', () => {
    const opens = { type: 'OPEN_WINDOW', params: { services: ['db'] } };
    expect(stepsOf('restart db', context)).toMatchObject([opens]);
    expect(stepsOf('restart web and db', context)).toMatchObject([inside, opens]);
    expect(make('restart db', context)).toMatchObject({ risk: { level: 'MED' } });
  });

  test.each(['restart', 'restart redis', 'restart madre', 'restart madre for 5 minutes'])(
    'of nothing, or of a service that always runs, is refused: %s',
    (text) => expect(refusal(text, context)).toBe('service_not_allowed'),
  );
});
