import { describe, expect, test } from 'vitest';
import type { PlanStep, PlanView } from '../../../contracts/plan.ts';
import { mayConfirmInClient } from '../../../domain/plans/confirm-in-client.ts';
import { aStep, aWaitingPlan } from './plan-samples.ts';

const step = (type: string, params: object): PlanStep => aStep({ type, params } as never);
const restart = step('RESTART_SERVICE', { window_id: 'window-0', host: 'a', service: 'web' });
const call = { action: 'master', text: 'master a.wav to -9 LUFS' };
const confirmation = { quorum: 1, no_self_approval: true, approvals: [], expires_at: '' };
const plan = (change: Partial<PlanView>): PlanView =>
  aWaitingPlan({ source: 'mcp', risk: 'MED', steps: [restart], confirmation, ...change });

describe('a form of an agent’s program', () => {
  test('may confirm a plan of at most MED risk', () => {
    expect(mayConfirmInClient(plan({}))).toEqual({ allow: true });
  });

  test.each<[string, Partial<PlanView>]>([
    ['of a person', { source: 'chat' }],
    ['of HIGH risk', { risk: 'HIGH' }],
    ['that two have to confirm', { confirmation: { ...confirmation, quorum: 2 } }],
    ['that needs no confirmation', { confirmation: null }],
    ['that runs code', { steps: [restart, step('SPAWN', { task_type: 'python', code: '1' })] }],
    ['that asks a role, whose text it hides', { steps: [step('CALL_SHUB', call)] }],
    ['that repairs', { steps: [step('START_REPAIR', { suite: 'web', host: 'a' })] }],
    ['that changes files', { steps: [step('APPLY_PATCH', { files: [], diff: '' })] }],
    ['that lets agents in', { steps: [step('OPEN_WINDOW', { services: ['web', 'mcp'] })] }],
    ['that lets them in for longer', { steps: [step('EXTEND_WINDOW', { services: ['mcp'] })] }],
  ])('confirms no plan %s', (_, change) => {
    expect(mayConfirmInClient(plan(change)).allow).toBe(false);
  });
});
