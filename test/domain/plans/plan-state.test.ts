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
  test('is DONE only when every step is', () => {
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
  test('is CANCELLED only where something was left undone', () => {
    expect(endOf([step('s1', 'DONE'), step('s2', 'CANCELLED')], true).status).toBe('CANCELLED');
    expect(endOf([step('s1', 'DONE')], true).status).toBe('DONE');
  });
  test('takes back what can be, last first, half-done steps too', () => {
    const steps = [
      step('s1', 'DONE', 'close it'),
      step('s2', 'DONE'),
      step('s3', 'ERROR', 'close it'),
      step('s4', 'SKIPPED', 'close it'),
    ];
    expect(toUndo(steps).map(({ step_id }) => step_id)).toEqual(['s3', 's1']);
  });
});

test('a step begins when all that it waits for is done; one that runs always does, whatever became of them', () => {
  const ended = (status: StepEnd['status']) =>
    new Map([['s1', { status, result: null, error: null }]]);
  const after = { depends_on: ['s1'], always: false };
  expect(mayBegin(after, ended('DONE'), false)).toBe(true);
  expect(mayBegin(after, ended('ERROR'), false)).toBe(false);
  expect(mayBegin(after, ended('DONE'), true)).toBe(false);
  expect(mayBegin({ ...after, always: true }, ended('ERROR'), true)).toBe(true);
});

test('a plan has one text, whatever the order of its keys and however far it has come; any change is another', () => {
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

describe('what a model understood', () => {
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

  test('is taken where it fits what there is', () => {
    expect(check('it would be nice to have web until noon', { reason: 'noon' })).toMatchObject({
      ok: true,
      intent: { action: 'open_window', targets: ['web'], ttl_seconds: 600, parsed_by: 'llm' },
    });
  });
  test.each<[string, string, Partial<ModelIntent>]>([
    ['a service that it invented', 'open web', { targets: ['webb'] }],
    ['a delete that it made into a look', 'delete web', { action: 'list', targets: [] }],
    ['a stop that it made into a close', 'stop web', { action: 'close_window' }],
    ['a restart that it made into talk', 'restart web', { action: 'chat' }],
    ['an order that it made into talk', 'open web for 20 minutes', { action: 'chat', targets: [] }],
    ['several orders of which it chose one', 'close web and open db', {}],
    ['code that nobody wrote', 'hello', { action: 'run', targets: [] }],
    ['a host that it invented', 'open web', { host: 'mars' }],
    ['a host that it put in the place of another', 'open web on host-a', { host: 'host-b' }],
    [
      'a host that it put in the place of one that is not there',
      'open web on mars',
      { host: 'host-a' },
    ],
  ])('is refused: %s', (_, text, change) => expect(check(text, change).ok).toBe(false));

  test.each<[string, Partial<ModelIntent>, string[]]>([
    ['it would be nice to have web where the disks are', { host: 'host-b' }, ['host-b']],
    ['open web on host-a', { host: 'host-a' }, ['host-a']],
    ['open web on host-a', { host: null }, ['host-a']], // what it leaves out is not lost
    ['open web on mars', {}, ['mars']], // nor what is not there
    ['open web', { host: null }, []],
    ['open web', {}, []],
  ])('of the host in "%s" is taken where it fits: %o', (text, change, hosts) => {
    expect(check(text, change)).toMatchObject({ ok: true, intent: { hosts } });
  });

  test.each<[string, Partial<ModelIntent>, string | undefined]>([
    ['open web', {}, undefined],
    ['start web', {}, undefined],
    ['open the shop', { targets: ['web'] }, undefined], // which one is the model's to find
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
  ])('of "%s" as %o is in doubt: %s', (text, change, doubt) => {
    const checked = check(text, change);
    expect(checked.ok && checked.intent.doubt).toBe(doubt);
  });

  test('does not change a time that was said', () => {
    expect(check('open web for 20 minutes', { ttl_seconds: 86_400 })).toMatchObject({
      intent: { ttl_seconds: 1200 },
    });
  });

  test('may make something riskier, and then it waits', () => {
    expect(check('web bothers me', { action: 'stop' })).toMatchObject({
      ok: true,
      intent: { action: 'stop' },
    });
  });
});

describe('a session', () => {
  const said = (...messages: string[]) => messages.map((message) => ({ message }));
  test('is led by the engineer from audio on, until something else is wanted', () => {
    expect(modeAfter('MADRE', { domain: 'audio' })).toBe('AUDIO_ENGINEER');
    expect(modeAfter('AUDIO_ENGINEER', { domain: 'general' })).toBe('AUDIO_ENGINEER');
    expect(modeAfter('AUDIO_ENGINEER', { domain: 'power' })).toBe('MADRE');
  });
  test('has a topic and a summary of its newest three messages', () => {
    expect(topicOf(said('open web'))).toBe('system');
    expect(topicOf(said('mix it'))).toBe('audio');
    expect(topicOf(said('hello'))).toBe('general');
    expect(topicOf([])).toBe('general');
    expect(summaryOf(said('one', 'two', 'three', 'four'))).toBe('two | three | four');
    expect(summaryOf(said('x'.repeat(999), 'y'.repeat(999), 'z')).length).toBeLessThanOrEqual(512);
  });
});
