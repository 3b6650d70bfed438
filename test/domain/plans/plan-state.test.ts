import { describe, expect, test } from 'vitest';
import type { PlanView } from '../../../contracts/plan.ts';
import { checkIntent, type ModelIntent } from '../../../domain/language/check-intent.ts';
import {
  endOf,
  mayBegin,
  planText,
  toUndo,
  type StepEnd,
} from '../../../domain/plans/plan-state.ts';
import { modeAfter, summaryOf, topicOf } from '../../../domain/language/session.ts';
import { aPlan, anIntent, aStep } from './plan-samples.ts';

const step = (
  step_id: string,
  status: 'DONE' | 'ERROR' | 'SKIPPED' | 'CANCELLED',
  undo: string | null = null,
) =>
  aStep({
    step_id,
    status,
    undo,
    error: status === 'ERROR' ? { code: 'off_by_policy', detail: 'asleep' } : null,
  });

describe('the end of a plan', () => {
  test('is DONE only if every step is DONE', () => {
    expect(endOf([step('s1', 'DONE'), step('s2', 'DONE')], false)).toEqual({
      status: 'DONE',
      error: null,
    });
    expect(endOf([step('s1', 'DONE'), step('s2', 'SKIPPED')], false).status).toBe('ERROR');
    expect(endOf([step('s1', 'DONE'), step('s2', 'ERROR')], false)).toEqual({
      status: 'ERROR',
      error: { code: 'off_by_policy', detail: 's2: asleep' },
    });
  });
  test('is CANCELLED only if a step did not run', () => {
    expect(endOf([step('s1', 'DONE'), step('s2', 'CANCELLED')], true).status).toBe('CANCELLED');
    expect(endOf([step('s1', 'DONE')], true).status).toBe('DONE');
  });
  test('undoes all steps that have an undo, in reverse order, half-done ones included', () => {
    const steps = [
      step('s1', 'DONE', 'close it'),
      step('s2', 'DONE'),
      step('s3', 'ERROR', 'close it'),
      step('s4', 'SKIPPED', 'close it'),
    ];
    expect(toUndo(steps).map(({ step_id }) => step_id)).toEqual(['s3', 's1']);
  });
});

test('a step starts when its dependencies are done; a step with always starts whatever their outcome', () => {
  const ended = (status: StepEnd['status']) =>
    new Map([['s1', { status, result: null, error: null }]]);
  const after = { depends_on: ['s1'], always: false };
  expect(mayBegin(after, ended('DONE'), false)).toBe(true);
  expect(mayBegin(after, ended('ERROR'), false)).toBe(false);
  expect(mayBegin(after, ended('DONE'), true)).toBe(false);
  expect(mayBegin({ ...after, always: true }, ended('ERROR'), true)).toBe(true);
});

test('the text of a plan does not depend on key order or progress, and changes with any other change', () => {
  const plan = aPlan({
    steps: [
      aStep({ type: 'CLOSE_WINDOW', params: { window_ids: ['w'], services: null } } as never),
    ],
  });
  const other = aPlan({
    steps: [
      aStep({
        type: 'CLOSE_WINDOW',
        params: { services: null, window_ids: ['w'] },
        status: 'DONE',
      } as never),
    ],
    status: 'DONE',
  });
  expect(planText(other)).toBe(planText(plan));
  for (const change of [
    { risk: 'MED' },
    { reason: 'x' },
    { actor: 'eve' },
    { steps: [] },
  ] as Partial<PlanView>[]) {
    expect(planText({ ...plan, ...change })).not.toBe(planText(plan));
  }
  const moved = {
    ...plan,
    steps: [{ ...plan.steps[0]!, params: { window_ids: ['v'], services: null } } as never],
  };
  expect(planText(moved)).not.toBe(planText(plan));
});

describe('a model’s interpretation', () => {
  const known = { services: new Set(['web', 'db']), hosts: new Set(['host-a', 'host-b']) };
  const model = (change: Partial<ModelIntent> = {}): ModelIntent => ({
    domain: 'power',
    action: 'open_window',
    targets: ['web'],
    ttl_seconds: 600,
    reason: null,
    ...change,
  });
  const check = (text: string, change: Partial<ModelIntent> = {}) =>
    checkIntent(model(change), anIntent(text), known);

  test('is accepted if it names only known things', () => {
    expect(check('it would be nice to have web until noon', { reason: 'noon' })).toMatchObject({
      ok: true,
      intent: { action: 'open_window', targets: ['web'], ttl_seconds: 600, parsed_by: 'llm' },
    });
  });
  test.each<[string, string, Partial<ModelIntent>]>([
    ['an invented service', 'open web', { targets: ['webb'] }],
    ['a delete that became a status request', 'delete web', { action: 'list', targets: [] }],
    ['a stop that became a close', 'stop web', { action: 'close_window' }],
    ['a restart that became talk', 'restart web', { action: 'chat' }],
    ['an order that became talk', 'open web for 20 minutes', { action: 'chat', targets: [] }],
    ['one of several orders', 'close web and open db', {}],
    ['code that is not in the text', 'hello', { action: 'run', targets: [] }],
    ['an invented host', 'open web', { host: 'mars' }],
    ['a host other than the one in the text', 'open web on host-a', { host: 'host-b' }],
    ['a known host in place of an unknown one', 'open web on mars', { host: 'host-a' }],
  ])('is refused: %s', (_, text, change) => expect(check(text, change).ok).toBe(false));

  test.each<[string, Partial<ModelIntent>, string[]]>([
    ['it would be nice to have web where the disks are', { host: 'host-b' }, ['host-b']],
    ['open web on host-a', { host: 'host-a' }, ['host-a']],
    ['open web on host-a', { host: null }, ['host-a']], // a host that the model leaves out is kept
    ['open web on mars', {}, ['mars']], // an unknown host too
    ['open web', { host: null }, []],
    ['open web', {}, []],
  ])('of the host in "%s" is accepted if it fits: %o', (text, change, hosts) => {
    expect(check(text, change)).toMatchObject({ ok: true, intent: { hosts } });
  });

  test.each<[string, Partial<ModelIntent>, string | undefined]>([
    ['open web', {}, undefined],
    ['start web', {}, undefined],
    ['open the shop', { targets: ['web'] }, undefined], // the model may find the service
    ['open web and db', { targets: ['web'] }, undefined],
    ['open web', { targets: ['web', 'db'] }, 'only_model'],
    ['open web', { action: 'close_window', targets: ['db'] }, 'only_model'],
    ['close web', { action: 'close_window' }, undefined],
    ['close web', { action: 'close_window', targets: ['db'] }, 'only_model'],
    ['close web and db', { action: 'close_window' }, 'only_model'],
    ['close the shop', { action: 'close_window' }, 'only_model'],
    ['close all', { action: 'close_window', targets: ['db'] }, 'only_model'],
    ['run `ls`', { action: 'close_window', targets: ['db'] }, 'only_model'],
    ['close all except web', { action: 'close_window', targets: ['db'] }, 'only_model'],
    ['web closes', { action: 'close_window' }, 'unclear_order'],
    ['web is about to close', { action: 'chat', targets: [] }, 'unclear_order'],
  ])('of "%s" as %o has the ambiguity %s', (text, change, doubt) => {
    const checked = check(text, change);
    expect(checked.ok && checked.intent.doubt).toBe(doubt);
  });

  test('does not change a duration in the text', () => {
    expect(check('open web for 20 minutes', { ttl_seconds: 86_400 })).toMatchObject({
      intent: { ttl_seconds: 1200 },
    });
  });

  test('may raise the risk, and then needs confirmation', () => {
    expect(check('web bothers me', { action: 'stop' })).toMatchObject({
      ok: true,
      intent: { action: 'stop' },
    });
  });
});

describe('a session', () => {
  const turnsOf = (...messages: string[]) => messages.map((message) => ({ message }));
  test('stays in AUDIO_ENGINEER mode after audio until another order', () => {
    expect(modeAfter('MADRE', { domain: 'audio' })).toBe('AUDIO_ENGINEER');
    expect(modeAfter('AUDIO_ENGINEER', { domain: 'general' })).toBe('AUDIO_ENGINEER');
    expect(modeAfter('AUDIO_ENGINEER', { domain: 'power' })).toBe('MADRE');
  });
  test('has a topic and a summary of its newest three messages', () => {
    expect(topicOf(turnsOf('open web'))).toBe('system');
    expect(topicOf(turnsOf('mix it'))).toBe('audio');
    expect(topicOf(turnsOf('hello'))).toBe('general');
    expect(topicOf([])).toBe('general');
    expect(summaryOf(turnsOf('one', 'two', 'three', 'four'))).toBe('two | three | four');
    expect(summaryOf(turnsOf('x'.repeat(999), 'y'.repeat(999), 'z')).length).toBeLessThanOrEqual(
      512,
    );
  });
});
