import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepDraft } from '../../contracts/plan.ts';
import { insist, openTarget } from '../stack/calls.ts';
import { until } from '../stack/wait.ts';
import { killedIn, printKills } from './harness/plan-kill.ts';
import * as at from './harness/plan-moments.ts';
import {
  startPlanFixture,
  progressOf,
  type PlanFixture,
  type PlanProgress,
} from './harness/plan-fixture.ts';
import type { Ending } from './harness/plan-invariants.ts';

const services = { web: {}, db: {}, spawner: {}, shubniggurath: {} };
let fixture: PlanFixture;
const setUp = async (expires: string): Promise<void> => {
  fixture = await startPlanFixture({ services, 'x-vx11': { confirm: { expires } } });
  await fixture.open();
};
afterAll(printKills);

const running = (steps: string, more: Partial<PlanProgress> = {}): Partial<PlanProgress> => ({
  plan: 'RUNNING',
  steps,
  ...more,
});
const open = (name: string): StepDraft => ({
  type: 'OPEN_WINDOW',
  params: {
    window_id: 'window-00000000',
    kind: 'operator',
    host: fixture.env['VX11_HOST']!,
    services: [name],
    mode: 'ttl',
    ttl_seconds: 300,
    reason: 'a fault test',
  },
});
const spawn = (code: string): StepDraft => ({
  type: 'SPAWN',
  params: { task_type: 'shell', code, ttl_seconds: 120 },
});
const light: StepDraft = { type: 'NOOP', params: { message: 'light' } };
const chat = (message: string) => fixture.call('POST', '/madre/chat', { message });

describe('madre is killed', () => {
  beforeAll(() => setUp('10m'));
  afterAll(() => fixture?.destroy());

  const P5 = 'PENDING PENDING PENDING PENDING PENDING';
  describe('in a plan of every kind of step, when', () => {
    const ending: Ending = {
      status: 'DONE',
      steps: 'DONE DONE DONE DONE DONE DONE',
      windows: 's1 open',
      task: { state: 'completed', stdout: 'once\n' },
      starts: 1,
      did: 's1:run s2:run s3:run s4:run s5:run s6:run',
    };
    test.each([
      at.handed('runStep', 's1', { plan: 'PENDING', steps: `PENDING ${P5}`, windows: '' }),
      at.message('open', 'there', 's1', running(`RUNNING ${P5}`, { windows: 's1 requested' })),
      at.container('start', running(`RUNNING ${P5}`, { windows: 's1 opening' })),
      at.message('open', 'back', 's1', running(`RUNNING ${P5}`, { windows: 's1 open' })),
      at.recorded('runStep', 's1', running(`DONE ${P5}`, { windows: 's1 open' })),
      at.handed('runStep', 's2', running(`DONE ${P5}`, { task: '' })),
      at.taskStarts('there', running('DONE RUNNING PENDING PENDING PENDING PENDING')),
      at.taskStarts('back', running('DONE RUNNING PENDING PENDING PENDING PENDING')),
      at.taskEnds(running('DONE RUNNING PENDING PENDING PENDING PENDING', { task: 'completed' })),
      at.recorded('runStep', 's2', running('DONE DONE PENDING PENDING PENDING PENDING')),
      at.handed('runStep', 's3', running('DONE DONE PENDING PENDING PENDING PENDING')),
      at.recorded('runStep', 's3', running('DONE DONE DONE PENDING PENDING PENDING')),
      at.timed(running('DONE DONE DONE PENDING PENDING PENDING')),
      at.handed('runStep', 's4', running('DONE DONE DONE PENDING PENDING PENDING')),
      at.recorded('runStep', 's4', running('DONE DONE DONE DONE PENDING PENDING')),
      at.handed('runStep', 's5', running('DONE DONE DONE DONE PENDING PENDING')),
      at.recorded('runStep', 's5', running('DONE DONE DONE DONE DONE PENDING')),
      at.handed('runStep', 's6', running('DONE DONE DONE DONE DONE PENDING')),
      at.message('close', 'there', null, running('DONE DONE DONE DONE DONE RUNNING')),
      at.container('stop', running('DONE DONE DONE DONE DONE RUNNING')),
      at.message('close', 'back', null, running('DONE DONE DONE DONE DONE RUNNING')),
      at.recorded('runStep', 's6', running('DONE DONE DONE DONE DONE DONE')),
      at.decided('endPlan', running('DONE DONE DONE DONE DONE DONE')),
      at.handed('endPlan', null, running('DONE DONE DONE DONE DONE DONE')),
      at.recorded('endPlan', null, { plan: 'DONE' }),
      at.decided('COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION', { plan: 'DONE' }),
    ])('$name', async (it) => {
      const { body: other } = await openTarget(fixture, 'db', 600);
      const { window_id } = other;
      const plan = await killedIn(fixture, it, ending, () =>
        fixture.propose([
          open('web'),
          spawn('echo once'),
          { type: 'SYSTEM_HEALTHCHECK', params: { services: ['web'] } },
          { type: 'WAIT', params: { seconds: 1 } },
          light,
          { type: 'CLOSE_WINDOW', params: { window_ids: [window_id], services: null } },
        ]),
      );
      const { body: closed } = await fixture.call('GET', `/vx11/windows/${window_id}`);
      expect(closed).toMatchObject({ state: 'closed', receipt: { residue: [] } });
      // also if the response was lost, the plan reports that it closed the window, and what stopped
      expect(plan.steps[5]!.result).toEqual({
        closed: [{ window_id, was_open: true, stopped: ['db'], residue: [] }],
      });
    });
  });

  describe('in a plan that is undone, when', () => {
    const ending: Ending = {
      status: 'ERROR',
      error: 'not_available_yet',
      // the task had ended, so its step stays DONE
      steps: 'UNDONE UNDONE DONE ERROR DONE',
      windows: 's1 closed, s2 closed',
      task: { state: 'completed', stdout: 'once\n' },
      starts: 2,
      did: 's1:run s1:undo s2:run s2:undo s3:run s3:undo s4:run s5:run',
    };
    test.each([
      at.handed('runStep', 's4', running('DONE DONE DONE PENDING PENDING')),
      at.recorded('runStep', 's4', running('DONE DONE DONE ERROR PENDING')),
      at.message('close', 'there', 's1', running('DONE DONE DONE ERROR RUNNING')),
      at.container('stop', running('DONE DONE DONE ERROR RUNNING')),
      at.message('close', 'back', 's1', { windows: 's1 closed, s2 open' }),
      at.recorded('runStep', 's5', running('DONE DONE DONE ERROR DONE')),
      at.decided('undoStep', running('DONE DONE DONE ERROR DONE')),
      at.handed('undoStep', 's3', running('DONE DONE DONE ERROR DONE')),
      at.recorded('undoStep', 's3', running('DONE DONE DONE ERROR DONE')),
      at.handed('undoStep', 's2', running('DONE DONE DONE ERROR DONE')),
      at.message('close', 'there', 's2', { windows: 's1 closed, s2 open' }),
      at.message('close', 'back', 's2', { windows: 's1 closed, s2 closed' }),
      at.recorded('undoStep', 's2', running('DONE UNDONE DONE ERROR DONE')),
      at.handed('undoStep', 's1', running('DONE UNDONE DONE ERROR DONE')),
      at.recorded('undoStep', 's1', running('UNDONE UNDONE DONE ERROR DONE')),
      at.handed('endPlan', null, running('UNDONE UNDONE DONE ERROR DONE')),
      at.recorded('endPlan', null, { plan: 'ERROR' }),
    ])('$name', async (it) => {
      const plan = await killedIn(fixture, it, ending, () =>
        // madre adds the window of the role before it, and its close at the end
        fixture.propose([
          open('web'),
          { ...spawn('echo once'), depends_on: ['s1'] },
          { type: 'CALL_SHUB', params: { action: 'mix', text: 'drums' }, depends_on: ['s2'] },
        ]),
      );
      // its last step closed the role's window, not the undo
      expect(plan.steps[4]!.result).toMatchObject({ closed: [{ was_open: true }] });
    });
  });

  describe('in a plan that a person cancels, when', () => {
    const ending: Ending = {
      status: 'CANCELLED',
      steps: 'UNDONE UNDONE SKIPPED',
      windows: 's1 closed',
      task: { state: 'cancelled', stdout: '' },
      starts: 1,
      did: 's1:run s1:undo s2:undo',
    };
    test.each([
      at.stopped('s2', running('DONE RUNNING PENDING')),
      at.handed('undoStep', 's2', running('DONE RUNNING PENDING')),
      at.recorded('undoStep', 's2', running('DONE UNDONE PENDING')),
      at.handed('undoStep', 's1', running('DONE UNDONE PENDING', { windows: 's1 open' })),
      at.message('close', 'there', 's1', { windows: 's1 open' }),
      at.message('close', 'back', 's1', { windows: 's1 closed' }),
      at.recorded('undoStep', 's1', running('UNDONE UNDONE PENDING')),
      at.handed('endPlan', null, running('UNDONE UNDONE PENDING')),
      at.recorded('endPlan', null, { plan: 'CANCELLED', steps: 'UNDONE UNDONE SKIPPED' }),
    ])('$name', async (it) => {
      await killedIn(fixture, it, ending, async () => {
        const { plan_id } = await fixture.propose([open('web'), spawn('sleep 100'), light]);
        const runs = async () => (await progressOf(fixture.store, plan_id)).task === 'running';
        await until('its task runs', runs);
        await fixture.call('POST', `/madre/plans/${plan_id}/cancel`, {});
      });
    });
  });

  describe('in a plan that a person confirms, when', () => {
    const ending: Ending = {
      status: 'DONE',
      steps: 'DONE DONE',
      windows: 's2 open',
      task: null,
      starts: 2,
      did: 's1:run s2:run',
    };
    const waiting = { plan: 'WAITING', steps: 'PENDING PENDING' };
    test.each([
      at.decided('decide', waiting),
      at.handed('decide', null, waiting),
      at.recorded('decide', null, running('PENDING PENDING')),
      at.decided('runStep', running('PENDING PENDING')),
      at.handed('runStep', 's1', running('PENDING PENDING')),
      at.restartStarts('there', running('RUNNING PENDING')),
      at.restartStarts('back', running('RUNNING PENDING')),
      at.container('stop', running('RUNNING PENDING')),
      at.container('start', running('RUNNING PENDING')),
      at.recorded('runStep', 's1', running('DONE PENDING')),
      at.handed('runStep', 's2', running('DONE PENDING', { windows: '' })),
      at.message('open', 'there', 's2', running('DONE RUNNING', { windows: 's2 requested' })),
      at.message('open', 'back', 's2', running('DONE RUNNING', { windows: 's2 open' })),
      at.recorded('runStep', 's2', running('DONE DONE')),
      at.recorded('endPlan', null, { plan: 'DONE' }),
    ])('$name', async (it) => {
      await openTarget(fixture, 'web', 600);
      // web inside its window, db in a new one
      const { body } = await chat('restart web and db');
      const path = `/madre/plans/${body.plan_id}/confirm`;
      const sent = { confirm_token: body.confirm_token };
      const confirm = () => fixture.call('POST', path, sent);
      await killedIn(fixture, it, ending, confirm, () =>
        until('it is decided', async () => {
          const { status } = await confirm();
          await sleep(200); // more frequent calls would hit the rate limit
          return status === 200 || status === 409;
        }),
      );
    });
  });

  describe('while a plan begins, and', () => {
    const pending = { plan: 'PENDING', steps: 'PENDING' };
    const ending: Ending = {
      status: 'DONE',
      steps: 'DONE',
      windows: 's1 open',
      task: null,
      starts: 1,
      did: 's1:run',
    };
    test.each([at.planStarts('there', pending), at.planStarts('back', pending)])(
      '$name: the plan runs once',
      async (it) => {
        const plan = await killedIn(fixture, it, ending, () => chat('open web for 10 minutes'));
        expect(plan.confirmation).toBeNull();
      },
    );

    const waiting = { plan: 'WAITING', steps: 'PENDING' };
    const rejected: Ending = {
      ...ending,
      status: 'REJECTED',
      error: 'rejected',
      steps: 'SKIPPED',
      windows: '',
      starts: 0,
      did: '',
    };
    test.each([at.planStarts('there', waiting), at.planStarts('back', waiting)])(
      '$name: the plan waits, and can be rejected',
      async (it) => {
        const reject = (id: string) => insist(fixture, `/madre/plans/${id}/reject`, {});
        const plan = await killedIn(fixture, it, rejected, () => chat('stop web'), reject);
        expect(plan.ended_by).toBe(plan.actor);
      },
    );
  });
});

describe('madre is killed in a plan that nobody confirms, when', () => {
  beforeAll(() => setUp('3s'));
  afterAll(() => fixture?.destroy());

  const ending: Ending = {
    status: 'REJECTED',
    error: 'rejected',
    steps: 'SKIPPED',
    windows: '',
    task: null,
    starts: 0,
    did: '',
  };
  const waiting = { plan: 'WAITING', steps: 'PENDING' };
  test.each([
    at.timed(waiting),
    at.decided('decide', waiting),
    at.handed('decide', null, waiting),
    at.recorded('decide', null, { plan: 'REJECTED', steps: 'SKIPPED' }),
  ])('$name', async (it) => {
    const plan = await killedIn(fixture, it, ending, () => chat('stop web'));
    const deadline = Date.parse(plan.confirmation!.expires_at);
    expect(Date.parse(plan.finished_at!)).toBeGreaterThanOrEqual(deadline);
  });
});
