import { antsScheduleId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';

/** Input of `runAnts`. */
export interface RunAnts {
  host: string;
  /** Every ant looks, due or not. */
  all: boolean;
  correlation_id: string;
}

/** The start options of a round that somebody asks for: a second one joins the first. */
export const lookStart = (input: RunAnts) => ({
  workflowId: `${antsScheduleId(input.host)}:once`,
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  workflowExecutionTimeout: '3m' as const,
  args: [input] as [RunAnts],
  memo: { correlation_id: input.correlation_id },
});
