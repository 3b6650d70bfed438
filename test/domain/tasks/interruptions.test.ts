import { describe, expect, test } from 'vitest';
import { make, refusal, stepsOf } from '../plans/made-plans.ts';
import { aWorld, hex, webWindow } from '../plans/plan-samples.ts';

describe('an end', () => {
  const world = aWorld([
    webWindow(),
    webWindow({
      window_id: 'window-00000000000000c3',
      kind: 'operator',
      target: null,
      services: ['web', 'db'],
      members: ['web', 'db'],
    }),
  ]);

  test('of a window names the windows that it ends: those on one service, and those of the asker', () => {
    expect(stepsOf('close web', world)[0]!.params).toEqual({
      window_ids: ['window-00000000000000b2'],
      services: null,
    });
    const admin = { scope: 'admin' } as const;
    expect(stepsOf('close web', world, admin)[0]!.params).toMatchObject({
      window_ids: { length: 2 },
    });
    expect(make('close all', world, admin)).toMatchObject({ risk: { level: 'MED' } });
  });

  test('of what only the window of somebody else holds up is refused, and says which', () => {
    const draft = make('close db', world);
    expect(draft).toMatchObject({ ok: false, error: { code: 'window_not_open' } });
    expect(!draft.ok && draft.error.detail).toContain('window-00000000000000c3 of bea (web, db)');
    expect(stepsOf('close hermes', world)).toMatchObject([{ type: 'NOOP' }]);
  });

  test('that is more than what was named waits for a person', () => {
    const admin = { scope: 'admin' } as const;
    expect(make('close db', world, admin)).toMatchObject({
      risk: { level: 'MED', because: 'it ends web too (suspend)' },
    });
    expect(make('close web and db', world, { ...admin, actor: 'bea' })).toMatchObject({
      risk: { level: 'MED', because: 'it ends several windows (suspend)' },
    });
    const own = aWorld([world.windows[1]!]);
    expect(make('close web and db', own, { actor: 'bea' })).toMatchObject({
      risk: { level: 'LOW' },
    });
    expect(make('close web and db', own, admin)).toMatchObject({
      risk: { level: 'MED', because: 'it ends window-00000000000000c3 of bea (suspend)' },
    });
  });

  test('that may not have been meant waits too', () => {
    expect(make('web closes', aWorld([webWindow()]))).toMatchObject({
      risk: { level: 'MED', because: 'it may not have been meant as an order' },
    });
  });

  test('of all is of the windows of what is named, where something is', () => {
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
    'of what nobody knows ends nothing: %s',
    (text) => {
      expect(make(text, world)).toMatchObject({ ok: false, error: { code: 'no_open_window' } });
    },
  );

  test('of a service takes it out of every window, which are named, and is HIGH', () => {
    for (const text of ['stop web', 'delete web', 'kill web']) {
      const draft = make(text, world);
      expect(draft).toMatchObject({ risk: { level: 'HIGH' }, reads: false });
      expect(stepsOf(text, world)[0]!.params).toEqual({
        window_ids: ['window-00000000000000b2', 'window-00000000000000c3'],
        services: ['web'],
      });
    }
  });

  test('for a while is MED: it is the verb of the sentence that counts', () => {
    for (const text of ['suspend web', 'suspende web']) {
      expect(make(text, world)).toMatchObject({ risk: { level: 'MED' }, steps: [{ risk: 'MED' }] });
    }
    expect(stepsOf('suspend web', world)[0]!.params).toMatchObject({ verb: 'suspend' });
  });

  test('of madre is HIGH, and says that it will not happen', () => {
    expect(make('stop madre')).toMatchObject({
      risk: { level: 'HIGH', because: expect.stringMatching(/VX11 itself/) as string },
      warnings: [expect.stringMatching(/^core_service/) as string],
    });
  });

  test('of a window’s service that is called like one of VX11’s is like any other', () => {
    const own = aWorld();
    own.services = own.services.map((one) =>
      one.name === 'redis' ? { ...one, tier: 'window' as const } : one,
    );
    expect(make('stop redis', own).warnings).toEqual([]);
    expect(make('stop redis').warnings).toEqual([expect.stringMatching(/^core_service/)]);
    expect(make('stop madre', own).warnings).toEqual([expect.stringMatching(/^core_service/)]);
  });

  test('of nothing that is here still waits for a person, and deletes nothing', () => {
    expect(make('delete everything')).toMatchObject({ risk: { level: 'HIGH' }, reads: false });
    expect(stepsOf('delete everything')).toMatchObject([{ type: 'NOOP' }]);
  });
});

describe('a restart', () => {
  const open = webWindow();
  const world = aWorld([open]);
  const { window_id, host } = open;
  const inside = { type: 'RESTART_SERVICE', params: { window_id, host, service: 'web' } };

  test('of what is up is inside its window, and waits for a person', () => {
    expect(stepsOf('restart web', world)).toMatchObject([inside]);
    expect(make('restart web', world)).toMatchObject({ risk: { level: 'MED' } });
  });

  test('has the time that its service may take to stop and to start', () => {
    const slow = aWorld([open]);
    expect(stepsOf('restart web', slow)[0]!.timeout_seconds).toBe(30 + 10 + 80);
    Object.assign(slow.services[0]!, { start_timeout_ms: 2_400_000, stop_grace_ms: 120_000 });
    expect(stepsOf('restart web', slow)[0]!.timeout_seconds).toBe(2400 + 120 + 80);
  });

  test('of what several windows hold is in the one that lasts longest', () => {
    const hold = webWindow({ window_id: `window-${hex}77`, expires_at: null });
    expect(stepsOf('restart web', aWorld([open, hold]))).toMatchObject([
      { params: { window_id: hold.window_id } },
    ]);
  });

  test('for a time opens it for that time too', () => {
    expect(stepsOf('restart web for 20 minutes', world)).toMatchObject([
      inside,
      { type: 'OPEN_WINDOW', params: { services: ['web'], ttl_seconds: 1200 }, depends_on: ['s1'] },
    ]);
  });

  test('of what sleeps is a window on it, also beside what is up', () => {
    const opens = { type: 'OPEN_WINDOW', params: { services: ['db'] } };
    expect(stepsOf('restart db', world)).toMatchObject([opens]);
    expect(stepsOf('restart web and db', world)).toMatchObject([inside, opens]);
    expect(make('restart db', world)).toMatchObject({ risk: { level: 'MED' } });
  });

  test.each(['restart', 'restart redis', 'restart madre', 'restart madre for 5 minutes'])(
    'of nothing, or of what always runs, is refused: %s',
    (text) => expect(refusal(text, world)).toBe('service_not_allowed'),
  );
});
