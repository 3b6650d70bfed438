import { describe, expect, test } from 'vitest';
import type { PlanStep, StepWish } from '../../contracts/plan.ts';
import { makePlan, mostSteps } from '../../domain/make-plan.ts';
import { anIntent, aRequest, aWorld, hex, webWindow } from './plan-samples.ts';

const make = (text: string, world = aWorld(), change: Parameters<typeof aRequest>[1] = {}) =>
  makePlan(aRequest(text, { intent: anIntent(text, world), ...change }), world);
function stepsOf(
  text: string,
  world = aWorld(),
  change: Parameters<typeof aRequest>[1] = {},
): PlanStep[] {
  const draft = make(text, world, change);
  if (!draft.ok) throw new Error(draft.error.detail);
  return draft.steps;
}
const refusal = (text: string, world = aWorld(), change: Parameters<typeof aRequest>[1] = {}) => {
  const draft = make(text, world, change);
  return draft.ok ? 'it is not refused' : draft.error.code;
};

describe('a wish for a window', () => {
  test('has every value that it runs with, and an id of its own that no try changes', () => {
    const draft = make('open web for 20 minutes because demo');
    expect(draft).toMatchObject({ ok: true, risk: { level: 'LOW' }, reads: false });
    expect(stepsOf('open web for 20 minutes because demo')).toMatchObject([
      {
        type: 'OPEN_WINDOW',
        params: {
          window_id: `window-${hex}01`,
          kind: 'target',
          host: 'host-a',
          services: ['web'],
          mode: 'ttl',
          ttl_seconds: 1200,
          reason: 'demo',
        },
        effect: 'web on host-a is up for 1200 s',
        undo: `close window-${hex}01, unless it was open already`,
      },
    ]);
  });

  test('of several services is one window over them, of their least default where none is named', () => {
    expect(stepsOf('open web and db')[0]!.params).toMatchObject({
      kind: 'operator',
      services: ['web', 'db'],
      ttl_seconds: 600,
    });
  });

  test('for longer than one may ask for is cut, and says so', () => {
    const draft = make('open web for dos horas');
    expect(draft.warnings.join()).toMatch(/ttl_cut/);
    expect(stepsOf('open web for dos horas')[0]!.params).toMatchObject({ ttl_seconds: 3600 });
  });

  test.each([
    ['open mystery for 5 minutes', 'service_not_allowed'],
    ['open redis', 'service_not_allowed'],
    ['open postgres', 'service_not_allowed'],
    ['hold web', 'scope'],
    ['run something', 'nothing_to_run'],
    ['close', 'no_open_window'],
    ['stop', 'service_not_allowed'],
  ])('%s is refused: %s', (text, code) => expect(refusal(text)).toBe(code));

  test('on hold waits for a confirmation, and for an admin', () => {
    const draft = make('hold web', aWorld(), { scope: 'admin' });
    expect(draft).toMatchObject({ ok: true, risk: { level: 'MED' } });
    expect(stepsOf('hold web', aWorld(), { scope: 'admin' })[0]!.params).toMatchObject({
      mode: 'hold',
      ttl_seconds: null,
    });
  });
});

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

describe('work of a role', () => {
  test('that sleeps is between a window of its own and that window’s end, which comes whatever happens', () => {
    const steps = stepsOf('mix the drums');
    expect(steps.map(({ type, depends_on, always }) => [type, depends_on, always])).toEqual([
      ['OPEN_WINDOW', [], false],
      ['CALL_SHUB', ['s1'], false],
      ['CLOSE_WINDOW', ['s2'], true],
    ]);
    const opened = `window-${hex}01`;
    expect(steps[0]!.params).toMatchObject({
      window_id: opened,
      kind: 'operator',
      services: ['shubniggurath'],
    });
    expect(steps[2]!.params).toEqual({ window_ids: [opened], services: null });
  });

  test('that is awake needs none, and one that may not be opened unasked gets none', () => {
    const awake = aWorld([webWindow({ target: 'shubniggurath', members: ['shubniggurath'] })]);
    expect(stepsOf('mix the drums', awake).map(({ type }) => type)).toEqual(['CALL_SHUB']);
    const shut = aWorld([], { auto_open: false });
    expect(stepsOf('mix the drums', shut).map(({ type }) => type)).toEqual(['CALL_SHUB']);
  });

  test('is a task only where there is a command, and for no longer than its step may last', () => {
    expect(refusal('run ` `')).toBe('nothing_to_run');
    const awake = aWorld([webWindow({ target: 'spawner', members: ['spawner'] })]);
    const [task] = stepsOf('run `sleep 1` for 2 days', awake);
    expect(task).toMatchObject({
      params: { ttl_seconds: 7140 },
      timeout_seconds: 7200,
      retries: 1,
    });
    expect(task!.effect).toContain('7140 s');
    expect(make('run `sleep 1` for 2 days', awake).warnings.join()).toMatch(/^ttl_cut: .* 7140 s/);
    expect(make('run `sleep 1`', awake).warnings).toEqual([]);
  });

  test('has the risk of what it does', () => {
    expect(make('patch web')).toMatchObject({ risk: { level: 'MED' } });
    expect(make('restore web')).toMatchObject({ risk: { level: 'HIGH' } });
    expect(make('run `rm -rf /`')).toMatchObject({ risk: { level: 'LOW' } });
  });
});

describe('looking and talking', () => {
  test.each(['status', 'list web', 'help', 'hello', 'check db'])('%s needs no run', (text) => {
    expect(make(text, aWorld(), { scope: 'viewer' })).toMatchObject({ ok: true, reads: true });
  });
  test('a viewer may do no more than that', () => {
    expect(refusal('open web', aWorld(), { scope: 'viewer' })).toBe('scope');
    expect(refusal('stop web', aWorld(), { scope: 'viewer' })).toBe('scope');
  });
});

describe('steps that somebody brings', () => {
  const noop = (depends_on?: string[]): StepWish => ({
    type: 'NOOP',
    params: { message: '' },
    ...(depends_on !== undefined && { depends_on }),
  });
  const bring = (steps: StepWish[]) => make('status', aWorld(), { steps });

  test('have the risk that they are, whatever the words around them say', () => {
    const stop: StepWish = { type: 'CLOSE_WINDOW', params: { window_ids: [], services: ['web'] } };
    expect(bring([stop])).toMatchObject({ risk: { level: 'HIGH' } });
    expect(make('delete db', aWorld(), { steps: [noop()] })).toMatchObject({
      risk: { level: 'LOW' },
    });
  });

  test('run side by side where they say so, and in a row where they say nothing', () => {
    const draft = bring([noop(), noop([]), noop(['s1', 's2']), noop()]);
    expect(draft.ok && draft.steps.map(({ depends_on }) => depends_on)).toEqual([
      [],
      [],
      ['s1', 's2'],
      ['s3'],
    ]);
  });

  test('cannot wait for what comes later, fit their schema, and are not too many, and not none', () => {
    expect(bring([noop(['s2']), noop()])).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(bring(Array.from({ length: mostSteps + 1 }, () => noop()))).toMatchObject({ ok: false });
    const noName: StepWish = {
      type: 'CLOSE_WINDOW',
      params: { window_ids: [], services: ['a b'] },
    };
    expect(bring([noop(), noName])).toMatchObject({
      ok: false,
      error: { code: 'invalid', detail: expect.stringMatching(/^s2: params\.services/) as string },
    });
    expect(bring([])).toMatchObject({ ok: false, error: { code: 'nothing_to_do' } });
  });
});
