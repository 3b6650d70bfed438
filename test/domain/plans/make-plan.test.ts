import { describe, expect, test } from 'vitest';
import type { StepDraft } from '../../../contracts/plan.ts';
import { mostSteps } from '../../../domain/plans/make-plan.ts';
import { make, refusal, stepsOf } from './made-plans.ts';
import { aWorld, hex, webWindow } from './plan-samples.ts';

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
  const noop = (depends_on?: string[]): StepDraft => ({
    type: 'NOOP',
    params: { message: '' },
    ...(depends_on !== undefined && { depends_on }),
  });
  const bring = (steps: StepDraft[]) => make('status', aWorld(), { steps });

  test('have the risk that they are, whatever the words around them say', () => {
    const stop: StepDraft = { type: 'CLOSE_WINDOW', params: { window_ids: [], services: ['web'] } };
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
    const noName: StepDraft = {
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
