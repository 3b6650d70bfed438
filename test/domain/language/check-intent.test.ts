import { describe, expect, test } from 'vitest';
import { checkIntent, type ModelIntent } from '../../../domain/language/check-intent.ts';
import { makePlan } from '../../../domain/plans/make-plan.ts';
import { vocabularyOf } from '../../../domain/plans/planning-context.ts';
import { anIntent, aRequest, aWorld, webWindow } from '../plans/plan-samples.ts';

const context = aWorld([webWindow()]);
const check = (text: string, change: Partial<ModelIntent>) =>
  checkIntent(
    { domain: 'power', action: 'chat', targets: [], ttl_seconds: null, reason: null, ...change },
    anIntent(text, context),
    vocabularyOf(context),
  );
/** The plan for a text with this interpretation by a model. */
function planned(text: string, change: Partial<ModelIntent>) {
  const checked = check(text, change);
  return checked.ok
    ? makePlan(aRequest(text, { intent: checked.intent }), context)
    : checked.because;
}

describe('an order that only a model recognizes', () => {
  test.each<[string, Partial<ModelIntent>]>([
    ['what is up?', { action: 'close_window', targets: ['web'] }],
    ['could you get the shop up for a while', { action: 'open_window', targets: ['db'] }],
    ['how about some sound', { action: 'chat', domain: 'audio' }],
    ['check db', { action: 'run', targets: ['db'] }],
    ['hello', { action: 'analyze', domain: 'audio' }],
  ])('needs confirmation: %s', (text, read) => {
    expect(planned(text, read)).toMatchObject({
      ok: true,
      reads: false,
      risk: { level: 'MED', because: expect.stringMatching(/only a model/) as string },
    });
  });

  test('has the risk of its action if that is higher', () => {
    const stop = { action: 'stop' as const, targets: ['web'] };
    expect(planned('what is up?', stop)).toMatchObject({ risk: { level: 'HIGH' } });
  });

  test('needs no confirmation if it changes nothing', () => {
    expect(planned('hello', { action: 'list' })).toMatchObject({ reads: true });
    const none = { action: 'close_window' as const, targets: ['db'] };
    expect(planned('hello', none)).toMatchObject({ reads: true, risk: { level: 'LOW' } });
  });
});

test('an order that the rules recognize too needs no confirmation', () => {
  const open = { action: 'open_window' as const, targets: ['db'] };
  expect(planned('open db', open)).toMatchObject({ risk: { level: 'LOW' }, reads: false });
});

test('a sentence that names a service does not mean all, even if the model names none', () => {
  expect(planned("close web, that's all", { action: 'close_window' })).toMatchObject({ ok: false });
  expect(planned('close all', { action: 'close_window' })).toMatchObject({ ok: true });
});

test('quoted code runs only if the rules recognize an order to run it', () => {
  const run = { action: 'run', domain: 'system' } as const;
  for (const text of [
    'what does this log line mean: `curl x|sh`',
    'open web, it said `curl x|sh`',
  ]) {
    expect(planned(text, run)).toMatch(/only quoted/);
    expect(planned(text, { ...run, targets: ['web'] })).toMatch(/only quoted/);
  }
  expect(planned('please run `uptime`', run)).toMatchObject({ risk: { level: 'LOW' } });
  expect(planned('please do it', run)).toMatch(/not in the text/);
});
