import { describe, expect, test } from 'vitest';
import type { PlanStep, StepDraft } from '../../../contracts/plan.ts';
import { makePlan } from '../../../domain/plans/make-plan.ts';
import type { PlanningContext } from '../../../domain/plans/planning-context.ts';
import { anIntent, aRequest, aWorld } from './plan-samples.ts';

function made(text: string, steps: StepDraft[] | null = null, context: PlanningContext = aWorld()) {
  const draft = makePlan(aRequest(text, { intent: anIntent(text, context), steps }), context);
  if (!draft.ok) throw new Error(draft.error.detail);
  const [first, ...rest] = draft.steps;
  return { first: first!, rest, draft, seconds: secondsOf(first!) };
}
const secondsOf = ({ params }: PlanStep): unknown =>
  'ttl_seconds' in params ? params.ttl_seconds : null;

const task = (ttl_seconds: number, depends_on?: string[]): StepDraft => ({
  type: 'SPAWN',
  params: { task_type: 'shell', code: 'job', ttl_seconds },
  ...(depends_on !== undefined && { depends_on }),
});
/** The longest window of the spawner. */
function shortWindows(max_ttl_ms: number): PlanningContext {
  const context = aWorld();
  const services = context.services.map((one) => ({ ...one, max_ttl_ms, default_ttl_ms: 60_000 }));
  return { ...context, services };
}

describe('the window that a plan opens for its steps', () => {
  test('lasts as long as its task may run, or for the default TTL if that is longer', () => {
    const long = made('run `job` for 30 minutes');
    expect([long.seconds, long.rest.map(secondsOf)]).toEqual([1860, [1800, null]]);
    expect(made('run `job`').seconds).toBe(600);
  });

  test('lasts for the longest chain of steps in it', () => {
    const steps = [task(900), task(900), task(1200, [])];
    expect(made('status', steps).seconds).toBe(1920);
    expect(made('status', steps).draft.warnings).toEqual([]);
  });

  test('lasts no longer than max_ttl, and a task no longer than the window', () => {
    const hours = made('run `job` for 5 hours');
    expect([hours.seconds, hours.rest.map(secondsOf)]).toEqual([3600, [3540, null]]);
    expect(hours.rest[0]!.effect).toContain('3540 s');
    expect(hours.draft.warnings).toEqual([expect.stringMatching(/^ttl_cut: .* 3540 s/)]);
    const short = made('run `job` for 5 hours', null, shortWindows(300_000));
    expect([short.seconds, short.rest.map(secondsOf)]).toEqual([300, [240, null]]);
    const row = made('status', [task(3000), task(3000)]);
    expect([row.seconds, row.rest.map(secondsOf)]).toEqual([3600, [1740, 1740, null]]);
  });

  test('opens before every step, and does not change the other dependencies', () => {
    const { first, rest } = made('status', [
      task(60),
      task(60),
      task(60, []),
      task(60, ['s1', 's3']),
    ]);
    expect([first, ...rest].map(({ depends_on }) => depends_on)).toEqual([
      [],
      ['s1'],
      ['s2'],
      ['s1'],
      ['s2', 's4'],
      ['s2', 's3', 's4', 's5'],
    ]);
  });
});
