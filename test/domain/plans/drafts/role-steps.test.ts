import { expect, test } from 'vitest';
import { auditActions } from '../../../../activities/plans/steps/audit-drift.ts';
import { switchActions } from '../../../../activities/plans/steps/ask-switch.ts';
import { hermesActions } from '../../../../activities/plans/steps/discover.ts';
import { directions } from '../../../../activities/plans/steps/patch-drift.ts';
import { antActions } from '../../../../activities/plans/steps/scan.ts';
import { intentAction, intentDomain } from '../../../../contracts/intent.ts';
import type { StepDraft } from '../../../../contracts/plan.ts';
import { parseIntent } from '../../../../domain/language/parse-intent.ts';
import { draftSteps } from '../../../../domain/plans/draft-steps.ts';
import { vocabularyOf } from '../../../../domain/plans/planning-context.ts';
import { aWorld, aRequest } from '../plan-samples.ts';

/** What each role does for plans, by its own lists. */
const taken: Partial<Record<StepDraft['type'], (action: string) => boolean>> = {
  CALL_HERMES: (action) => hermesActions.has(action),
  CALL_HORMIGUERO: (action) => antActions.has(action),
  CALL_MANIFESTATOR: (action) => directions.has(action) || auditActions.has(action),
  CALL_SWITCH: (action) => switchActions.has(action),
  // its job is in its text
  CALL_SHUB: () => true,
};

const context = aWorld();
const steps = (text: string) =>
  draftSteps(aRequest(text, { intent: parseIntent(text, vocabularyOf(context)) }), context);
const calls = (drafts: readonly StepDraft[]) =>
  drafts.filter(({ type }) => type.startsWith('CALL_')) as Extract<
    StepDraft,
    { type: `CALL_${string}` }
  >[];

const roles: [string, string, string][] = [
  ['scan', 'CALL_HERMES', 'discover'],
  ['Scan this machine for programs!', 'CALL_HERMES', 'discover'],
  ['escanea', 'CALL_HERMES', 'discover'],
  ['escanea el equipo en busca de programas', 'CALL_HERMES', 'discover'],
  ['scan for problems', 'CALL_HORMIGUERO', 'scan'],
  ['escanea en busca de incidencias', 'CALL_HORMIGUERO', 'scan'],
  ['scan for drift', 'CALL_MANIFESTATOR', 'audit'],
  ['repair web', 'CALL_MANIFESTATOR', 'patch'],
  ['Repara web, por favor', 'CALL_MANIFESTATOR', 'patch'],
  ['restore web', 'CALL_MANIFESTATOR', 'restore'],
  ['route: Which of Web and DB is older?', 'CALL_SWITCH', 'route'],
  ['enruta "resume: el día fue largo"', 'CALL_SWITCH', 'route'],
  ['find models for chat', 'CALL_HERMES', 'search'],
  ['download the model ana/smollm2-gguf', 'CALL_HERMES', 'pull'],
];

test.each(roles)('"%s" becomes %s with %s', (text, type, action) => {
  const draft = steps(text);
  expect(draft).toMatchObject({ ok: true, drafts: [{ type, params: { action } }] });
});

test('a model is asked exactly what stands after the colon or in the quotes', () => {
  const textOf = (text: string) => {
    const draft = steps(text);
    return draft.ok ? calls(draft.drafts).map(({ params }) => params.text) : [];
  };
  expect(textOf('route: Which of Web and DB is older?')).toEqual(['Which of Web and DB is older?']);
  expect(textOf('enruta "resume: el día fue largo"')).toEqual(['resume: el día fue largo']);
});

test('a service that is to be patched comes first, as it is written in its compose file', () => {
  expect(steps('Please patch Web because db needs it')).toMatchObject({
    drafts: [{ params: { text: expect.stringMatching(/^web: /) } }],
  });
});

test.each([
  ['clean up', 'scan for problems'],
  ['limpia todo', 'escanea en busca de problemas'],
  ['update web', 'patch web'],
  ['actualiza web', 'parchea web'],
  ['migrate db', 'vx11 backup'],
  ['migra db', 'vx11 backup'],
])('nothing does "%s", and what may have been meant is said', (text, meant) => {
  expect(steps(text)).toMatchObject({
    ok: false,
    error: { code: 'nothing_does_this', detail: expect.stringContaining(meant) },
  });
});

test.each(['patch', 'repair', 'repara', 'patch web and db', 'restaura'])(
  '"%s" is asked back: which service?',
  (text) => {
    expect(steps(text)).toMatchObject({ ok: false, error: { code: 'service_not_allowed' } });
  },
);

test.each(['route', 'route:', 'enruta'])('"%s" is asked back: what?', (text) => {
  expect(steps(text)).toMatchObject({ ok: false, error: { code: 'nothing_to_route' } });
});

test.each([
  'route traffic to web',
  'do not scan',
  'scan web',
  'scan the network',
  'when should I scan',
  'no escanees',
  'do not repair web',
  'how do I repair web',
])('"%s" asks no role for anything', (text) => {
  const draft = steps(text);
  expect(draft.ok ? calls(draft.drafts) : []).toEqual([]);
});

test('every step that can be drafted is one that its role takes', () => {
  const checked = new Set<string>();
  const check = (draft: ReturnType<typeof draftSteps>): void => {
    if (!draft.ok) return;
    for (const { type, params } of calls(draft.drafts)) {
      expect(taken[type]?.(params.action), `${type} ${params.action}`).toBe(true);
      checked.add(`${type} ${params.action}`);
    }
  };
  for (const action of intentAction.options) {
    for (const domain of intentDomain.options) {
      for (const targets of [[], ['web'], ['web', 'db']]) {
        const intent = { ...parseIntent('', vocabularyOf(context)), action, domain, targets };
        check(draftSteps(aRequest('', { intent }), context));
      }
    }
  }
  for (const [text] of roles) check(steps(text));
  expect(checked.size).toBeGreaterThan(8);
});
