import { describe, expect, test } from 'vitest';
import type { StepDraft } from '../../../contracts/plan.ts';
import { maxSteps } from '../../../domain/plans/make-plan.ts';
import { make, refusal, stepsOf } from './made-plans.ts';
import { aWorld, hex, webWindow } from './plan-samples.ts';

describe('a request for a window', () => {
  test('has all its values resolved, and a window id that is the same for every attempt', () => {
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
        undo: `close window-${hex}01, unless it was already open`,
      },
    ]);
  });

  test('for several services opens one window with their shortest default TTL', () => {
    expect(stepsOf('open web and db')[0]!.params).toMatchObject({
      kind: 'operator',
      services: ['web', 'db'],
      ttl_seconds: 600,
    });
  });

  test('for longer than allowed is shortened, with a warning', () => {
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

  test('on hold needs confirmation and an admin token', () => {
    const draft = make('hold web', aWorld(), { scope: 'admin' });
    expect(draft).toMatchObject({ ok: true, risk: { level: 'MED' } });
    expect(stepsOf('hold web', aWorld(), { scope: 'admin' })[0]!.params).toMatchObject({
      mode: 'hold',
      ttl_seconds: null,
    });
  });
});

describe('a step for a role', () => {
  test('that sleeps runs inside a window of the plan, which is closed whatever happens', () => {
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

  test('that is awake needs no window, and one with auto_open off gets none', () => {
    const awake = aWorld([webWindow({ target: 'shubniggurath', members: ['shubniggurath'] })]);
    expect(stepsOf('mix the drums', awake).map(({ type }) => type)).toEqual(['CALL_SHUB']);
    const shut = aWorld([], { auto_open: false });
    expect(stepsOf('mix the drums', shut).map(({ type }) => type)).toEqual(['CALL_SHUB']);
  });

  test('is a task only if there is a command, and not longer than its step may last', () => {
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

  test('has the risk of its action', () => {
    expect(make('patch web')).toMatchObject({ risk: { level: 'MED' } });
    expect(make('restore web')).toMatchObject({ risk: { level: 'HIGH' } });
    expect(make('run `rm -rf /`')).toMatchObject({ risk: { level: 'LOW' } });
  });
});

describe('reads and talk', () => {
  test.each(['status', 'list web', 'help', 'hello', 'check db'])('%s needs no run', (text) => {
    expect(make(text, aWorld(), { scope: 'viewer' })).toMatchObject({ ok: true, reads: true });
  });
  test('are all that a viewer may do', () => {
    expect(refusal('open web', aWorld(), { scope: 'viewer' })).toBe('scope');
    expect(refusal('stop web', aWorld(), { scope: 'viewer' })).toBe('scope');
  });
});

describe('given steps', () => {
  const noop = (depends_on?: string[]): StepDraft => ({
    type: 'NOOP',
    params: { message: '' },
    ...(depends_on !== undefined && { depends_on }),
  });
  const bring = (steps: StepDraft[]) => make('status', aWorld(), { steps });

  test('have the risk of what they do, whatever the text says', () => {
    const stop: StepDraft = { type: 'CLOSE_WINDOW', params: { window_ids: [], services: ['web'] } };
    expect(bring([stop])).toMatchObject({ risk: { level: 'HIGH' } });
    expect(make('delete db', aWorld(), { steps: [noop()] })).toMatchObject({
      risk: { level: 'LOW' },
    });
  });

  test('run in parallel if depends_on says so, otherwise one after the other', () => {
    const draft = bring([noop(), noop([]), noop(['s1', 's2']), noop()]);
    expect(draft.ok && draft.steps.map(({ depends_on }) => depends_on)).toEqual([
      [],
      [],
      ['s1', 's2'],
      ['s3'],
    ]);
  });

  test('are refused if they depend on a later step, violate the schema, are too many or none', () => {
    expect(bring([noop(['s2']), noop()])).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(bring(Array.from({ length: maxSteps + 1 }, () => noop()))).toMatchObject({ ok: false });
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
