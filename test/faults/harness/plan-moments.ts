import { idOfStep, windowWorkflowId } from '../../../contracts/ids.ts';
import { until } from '../../stack/wait.ts';
import { progressOf, type PlanFixture, type PlanProgress } from './plan-fixture.ts';
import type { Passing } from './temporal-messages.ts';

/** A moment of a plan at which madre is killed, recognized by a message or a call at that moment. */
export interface Moment {
  name: string;
  /** The message to or from Temporal that is held back; null if `engineCall` marks the moment. */
  fits: ((passing: Passing) => boolean) | null;
  /** The call that the Engine carries out without a response; null if `fits` marks the moment. */
  engineCall: RegExp | null;
  /** Waits for what other processes finish while madre is frozen. */
  meanwhile: ((fixture: PlanFixture, planId: string) => Promise<unknown>) | null;
  /** The expected progress of the plan in the store at that moment. */
  progress: Partial<PlanProgress>;
}

const moment = (
  name: string,
  fits: (passing: Passing) => boolean,
  progress: Partial<PlanProgress>,
): Moment => ({ name, fits, engineCall: null, meanwhile: null, progress });

const isOfPlan = ({ workflow }: Passing): boolean => workflow.startsWith('plan:');
const isActivity = ({ activity }: Passing, type: string, step: string | null): boolean => {
  const input = activity?.input as { step?: { step_id: string } } | undefined;
  return activity?.type === type && (step === null || input?.step?.step_id === step);
};

/** Temporal hands over an activity of the plan, which has not begun yet. */
export const handed = (
  type: string,
  step: string | null,
  progress: Partial<PlanProgress>,
): Moment =>
  moment(
    `${type}${step === null ? '' : ` of ${step}`} is about to begin`,
    (passing) =>
      passing.method === 'PollActivityTaskQueue' &&
      isOfPlan(passing) &&
      isActivity(passing, type, step),
    progress,
  );

/** The result of an activity is stored, and its completion does not reach Temporal. */
export const recorded = (
  type: string,
  step: string | null,
  progress: Partial<PlanProgress>,
): Moment =>
  moment(
    `${type}${step === null ? '' : ` of ${step}`} is recorded`,
    (passing) =>
      passing.method === 'RespondActivityTaskCompleted' &&
      passing.way === 'there' &&
      isOfPlan(passing) &&
      isActivity(passing, type, step),
    progress,
  );

/** A cancelled step has ended, and the message does not reach Temporal. */
export const stopped = (step: string, progress: Partial<PlanProgress>): Moment =>
  moment(
    `${step} has been cancelled`,
    (passing) =>
      passing.method === 'RespondActivityTaskCanceled' &&
      passing.way === 'there' &&
      isOfPlan(passing) &&
      isActivity(passing, 'runStep', step),
    progress,
  );

/** The plan's workflow has decided what comes next, and its commands do not reach Temporal. */
export const decided = (what: string, progress: Partial<PlanProgress>): Moment =>
  moment(
    `its workflow schedules ${what}`,
    (passing) =>
      passing.method === 'RespondWorkflowTaskCompleted' &&
      passing.way === 'there' &&
      isOfPlan(passing) &&
      passing.wants.includes(what),
    progress,
  );

/** A timer of the plan has started, and no worker runs when it fires. */
export const timed = (progress: Partial<PlanProgress>): Moment =>
  moment(
    'it waits',
    (passing) =>
      passing.method === 'RespondWorkflowTaskCompleted' &&
      passing.way === 'back' &&
      isOfPlan(passing) &&
      passing.wants.includes('COMMAND_TYPE_START_TIMER'),
    progress,
  );

const rpcs = {
  open: /^ExecuteMultiOperation$/,
  close: /^(UpdateWorkflowExecution|PollWorkflowExecutionUpdate)$/,
};

/**
 * A message that opens or closes a window: sent, or carried out without a response.
 * @param step the step that owns the window; null for another window
 */
export const message = (
  what: keyof typeof rpcs,
  way: Passing['way'],
  step: string | null,
  progress: Partial<PlanProgress>,
): Moment =>
  moment(
    `the ${what} of ${step === null ? 'a' : `${step}'s`} window ${way === 'there' ? 'is sent' : 'is done without a response'}`,
    (passing) =>
      rpcs[what].test(passing.method) &&
      passing.way === way &&
      (step === null ? anyWindow : windowOf(step)).test(passing.workflow) &&
      (way === 'there' || passing.outcome),
    progress,
  );
const anyWindow = /^window:/;
const windowOf = (step: string): RegExp =>
  new RegExp(`^${windowWorkflowId(idOfStep('window', 'plan-[0-9a-f]{16}', step))}$`);

/** The start of a workflow for a step: the request is sent, or its response is held back. */
const runStarts =
  (what: string, prefix: string) =>
  (way: Passing['way'], progress: Partial<PlanProgress>): Moment =>
    moment(
      `the start of ${what} is ${way === 'there' ? 'sent' : 'answered'}`,
      (passing) =>
        passing.method === 'StartWorkflowExecution' &&
        passing.way === way &&
        passing.workflow.startsWith(prefix),
      progress,
    );
export const taskStarts = runStarts('its task', 'spawn:');
export const restartStarts = runStarts('a restart', 'restart:');

/** The task runs in its sandbox and ends there while madre is frozen. */
export const taskEnds = (progress: Partial<PlanProgress>): Moment => ({
  ...moment(
    'its task has ended',
    (passing) =>
      passing.method === 'RespondWorkflowTaskCompleted' &&
      passing.way === 'back' &&
      passing.workflow.startsWith('spawn:') &&
      passing.wants.includes('runAttempt'),
    progress,
  ),
  meanwhile: (fixture, planId) =>
    until(
      'the task has ended',
      async () => (await progressOf(fixture.store, planId)).task === progress.task,
    ),
});

/** The start of the plan's workflow: the request is sent, or its response is held back. */
export const planStarts = (way: Passing['way'], progress: Partial<PlanProgress>): Moment =>
  moment(
    `its start is ${way === 'there' ? 'sent' : 'answered'}`,
    (passing) =>
      passing.method === 'StartWorkflowExecution' && passing.way === way && isOfPlan(passing),
    progress,
  );

/** The Engine has started or stopped the container of a step, and its response does not arrive. */
export const container = (what: 'start' | 'stop', progress: Partial<PlanProgress>): Moment => ({
  name: `the Engine did ${what} a container`,
  fits: null,
  engineCall: new RegExp(`^POST /containers/\\w+/${what}`),
  meanwhile: null,
  progress,
});

/** The longest wait for a moment. */
const comesWithinMs = 40_000;

/** Waits for a moment of the plan that `begin` starts, and freezes madre at it; only a kill may follow. */
export async function freezeIn(
  fixture: PlanFixture,
  it: Moment,
  begin: () => unknown,
): Promise<void> {
  const { madre, temporalProxy, engine } = fixture;
  const freeze = (): void => madre.signal('SIGSTOP');
  const { engineCall } = it;
  if (engineCall === null) {
    let came = false;
    void temporalProxy.hold(it.fits!, freeze).then(() => (came = true));
    begin();
    await until(`its moment comes: ${it.name}`, () => came, comesWithinMs);
    return;
  }
  const before = engine.done(engineCall).length;
  engine.inject({ kind: 'withhold', match: engineCall, times: 1 });
  begin();
  const done = () => engine.done(engineCall).length > before;
  await until(`its moment comes: ${it.name}`, done, comesWithinMs);
  freeze();
}
