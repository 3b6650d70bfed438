import { idOfStep, windowWorkflowId } from '../../../contracts/ids.ts';
import { until } from '../../stack/wait.ts';
import { sightOf, type PlanStage, type Sight } from './plan-fixture.ts';
import type { Passing } from './temporal-messages.ts';

/** A moment of a plan in which madre dies, found by what she says or hears right then. */
export interface Moment {
  name: string;
  /** The message to or from Temporal that does not arrive any more. */
  fits: ((passing: Passing) => boolean) | null;
  /** The call that the Engine carries out without an answer, where it is not a message. */
  engineCall: RegExp | null;
  /** What others do while madre is frozen: they end this. */
  meanwhile: ((stage: PlanStage, planId: string) => Promise<unknown>) | null;
  /** How far the plan is by the store, frozen in that moment. */
  sees: Partial<Sight>;
}

const moment = (
  name: string,
  fits: (passing: Passing) => boolean,
  sees: Partial<Sight>,
): Moment => ({ name, fits, engineCall: null, meanwhile: null, sees });

const isOfPlan = ({ workflow }: Passing): boolean => workflow.startsWith('plan:');
const isActivity = ({ activity }: Passing, type: string, step: string | null): boolean => {
  const input = activity?.input as { step?: { step_id: string } } | undefined;
  return activity?.type === type && (step === null || input?.step?.step_id === step);
};

/** Temporal hands over an activity of the plan: nothing of it has begun. */
export const handed = (type: string, step: string | null, sees: Partial<Sight>): Moment =>
  moment(
    `${type}${step === null ? '' : ` of ${step}`} is about to begin`,
    (passing) =>
      passing.method === 'PollActivityTaskQueue' &&
      isOfPlan(passing) &&
      isActivity(passing, type, step),
    sees,
  );

/** An activity of the plan has been written down, and Temporal does not hear of it. */
export const told = (type: string, step: string | null, sees: Partial<Sight>): Moment =>
  moment(
    `${type}${step === null ? '' : ` of ${step}`} is written down`,
    (passing) =>
      passing.method === 'RespondActivityTaskCompleted' &&
      passing.way === 'there' &&
      isOfPlan(passing) &&
      isActivity(passing, type, step),
    sees,
  );

/** A cancelled step has ended, and Temporal does not hear of it. */
export const stopped = (step: string, sees: Partial<Sight>): Moment =>
  moment(
    `${step} has been cancelled`,
    (passing) =>
      passing.method === 'RespondActivityTaskCanceled' &&
      passing.way === 'there' &&
      isOfPlan(passing) &&
      isActivity(passing, 'runStep', step),
    sees,
  );

/** Its run knows what comes next, and Temporal does not hear of it. */
export const decided = (what: string, sees: Partial<Sight>): Moment =>
  moment(
    `its run goes on to ${what}`,
    (passing) =>
      passing.method === 'RespondWorkflowTaskCompleted' &&
      passing.way === 'there' &&
      isOfPlan(passing) &&
      passing.wants.includes(what),
    sees,
  );

/** A timer of the plan has begun, and nobody is there when it ends. */
export const timed = (sees: Partial<Sight>): Moment =>
  moment(
    'it waits',
    (passing) =>
      passing.method === 'RespondWorkflowTaskCompleted' &&
      passing.way === 'back' &&
      isOfPlan(passing) &&
      passing.wants.includes('COMMAND_TYPE_START_TIMER'),
    sees,
  );

const rpcs = {
  open: /^ExecuteMultiOperation$/,
  close: /^(UpdateWorkflowExecution|PollWorkflowExecutionUpdate)$/,
};

/**
 * A message that opens or closes a window: on its way, or carried out and not answered.
 * @param step whose own window it is; null where it is another
 */
export const message = (
  what: keyof typeof rpcs,
  way: Passing['way'],
  step: string | null,
  sees: Partial<Sight>,
): Moment =>
  moment(
    `the ${what} of ${step === null ? 'a' : `${step}'s`} window ${way === 'there' ? 'is sent' : 'is done, unheard of'}`,
    (passing) =>
      rpcs[what].test(passing.method) &&
      passing.way === way &&
      (step === null ? anyWindow : windowOf(step)).test(passing.workflow) &&
      (way === 'there' || passing.outcome),
    sees,
  );
const anyWindow = /^window:/;
const windowOf = (step: string): RegExp =>
  new RegExp(`^${windowWorkflowId(idOfStep('window', 'plan-[0-9a-f]{16}', step))}$`);

/** A run that a step is carried out by is started: it is not there yet, or it is and nobody knows. */
const runStarts =
  (what: string, prefix: string) =>
  (way: Passing['way'], sees: Partial<Sight>): Moment =>
    moment(
      `the start of ${what} is ${way === 'there' ? 'sent' : 'answered'}`,
      (passing) =>
        passing.method === 'StartWorkflowExecution' &&
        passing.way === way &&
        passing.workflow.startsWith(prefix),
      sees,
    );
export const taskStarts = runStarts('its task', 'spawn:');
export const restartStarts = runStarts('a restart', 'restart:');

/** The task runs in its sandbox, and ends there, while madre is frozen. */
export const taskEnds = (sees: Partial<Sight>): Moment => ({
  ...moment(
    'its task has ended',
    (passing) =>
      passing.method === 'RespondWorkflowTaskCompleted' &&
      passing.way === 'back' &&
      passing.workflow.startsWith('spawn:') &&
      passing.wants.includes('runAttempt'),
    sees,
  ),
  meanwhile: (stage, planId) =>
    until(
      'the task has ended',
      async () => (await sightOf(stage.store, planId)).task === sees.task,
    ),
});

/** Its run is started: it is not there yet, or it is and nobody knows. */
export const planStarts = (way: Passing['way'], sees: Partial<Sight>): Moment =>
  moment(
    `its start is ${way === 'there' ? 'sent' : 'answered'}`,
    (passing) =>
      passing.method === 'StartWorkflowExecution' && passing.way === way && isOfPlan(passing),
    sees,
  );

/** The Engine has started or stopped the container of a step, and its answer does not come. */
export const container = (what: 'start' | 'stop', sees: Partial<Sight>): Moment => ({
  name: `the Engine did ${what} a container`,
  fits: null,
  engineCall: new RegExp(`^POST /containers/\\w+/${what}`),
  meanwhile: null,
  sees,
});

/** A moment that does not come within this time does not come. */
const comesWithinMs = 40_000;

/** Waits for a moment in what `begin` sets going, and freezes madre in it; only a kill is to come after that. */
export async function freezeIn(stage: PlanStage, it: Moment, begin: () => unknown): Promise<void> {
  const { madre, wire, engine } = stage;
  const freeze = (): void => madre.signal('SIGSTOP');
  const { engineCall } = it;
  if (engineCall === null) {
    let came = false;
    void wire.hold(it.fits!, freeze).then(() => (came = true));
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
