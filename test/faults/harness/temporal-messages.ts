import { gunzipSync } from 'node:zlib';
import { temporal } from '@temporalio/proto';

const api = temporal.api.workflowservice.v1;

/** The parts of a message between a process and Temporal that tests need. */
export interface Passing {
  /** The RPC, such as `PollActivityTaskQueue`. */
  method: string;
  /** A request to Temporal (`there`), or its response (`back`). */
  way: 'there' | 'back';
  /** The id of the workflow that the message concerns. */
  workflow: string;
  /** The activity that is handed over, or that has ended. */
  activity: { type: string; input: unknown } | null;
  /** The next commands of a workflow: types of activities, or names of other commands. */
  wants: string[];
  /** Whether it carries the outcome of an update. */
  outcome: boolean;
}

type Facts = Partial<Pick<Passing, 'activity' | 'wants' | 'outcome'>> & { workflow: string };

export interface Reader {
  /** Null for methods that no test uses. */
  asked(method: string, body: Buffer): Passing | null;
  answered(method: string, asked: Buffer, answer: Buffer): Passing | null;
}

/** Reads messages, and remembers which task each token belongs to, since completions carry only the token. */
export function createReader(): Reader {
  const tasks = new Map<string, Facts>();
  const keyOf = (token: Uint8Array | null | undefined): string =>
    Buffer.from(token ?? []).toString('base64');
  const ofTask = (token: Uint8Array | null | undefined): Facts | null =>
    tasks.get(keyOf(token)) ?? null;
  const remember = (token: Uint8Array | null | undefined, facts: Facts): Facts | null => {
    if ((token?.length ?? 0) === 0) return null;
    tasks.set(keyOf(token), facts);
    return facts;
  };
  const workflowTask = (
    task: temporal.api.workflowservice.v1.IPollWorkflowTaskQueueResponse | null | undefined,
  ): Facts | null =>
    remember(task?.taskToken, { workflow: task?.workflowExecution?.workflowId ?? '' });

  const factsOfAsked = (method: string, body: Buffer): Facts | null => {
    switch (method) {
      case 'RespondActivityTaskCompleted':
        return ofTask(api.RespondActivityTaskCompletedRequest.decode(body).taskToken);
      case 'RespondActivityTaskCanceled':
        return ofTask(api.RespondActivityTaskCanceledRequest.decode(body).taskToken);
      case 'RespondWorkflowTaskCompleted': {
        const { taskToken, commands } = api.RespondWorkflowTaskCompletedRequest.decode(body);
        const known = ofTask(taskToken);
        return known && { ...known, wants: (commands ?? []).map(nameOfCommand) };
      }
      case 'StartWorkflowExecution':
        return { workflow: api.StartWorkflowExecutionRequest.decode(body).workflowId ?? '' };
      case 'ExecuteMultiOperation': {
        const [first] = api.ExecuteMultiOperationRequest.decode(body).operations ?? [];
        return { workflow: first?.startWorkflow?.workflowId ?? '' };
      }
      case 'UpdateWorkflowExecution': {
        const { workflowExecution } = api.UpdateWorkflowExecutionRequest.decode(body);
        return { workflow: workflowExecution?.workflowId ?? '' };
      }
      case 'PollWorkflowExecutionUpdate': {
        const { updateRef } = api.PollWorkflowExecutionUpdateRequest.decode(body);
        return { workflow: updateRef?.workflowExecution?.workflowId ?? '' };
      }
      default:
        return null;
    }
  };

  const factsOfAnswer = (method: string, asked: Buffer, answer: Buffer): Facts | null => {
    switch (method) {
      case 'PollActivityTaskQueue': {
        const task = api.PollActivityTaskQueueResponse.decode(answer);
        const type = task.activityType?.name ?? '';
        const activity = { type, input: inputOf(task.input) };
        return remember(task.taskToken, {
          workflow: task.workflowExecution?.workflowId ?? '',
          activity,
        });
      }
      case 'PollWorkflowTaskQueue':
        return workflowTask(api.PollWorkflowTaskQueueResponse.decode(answer));
      case 'RespondWorkflowTaskCompleted':
        workflowTask(api.RespondWorkflowTaskCompletedResponse.decode(answer).workflowTask);
        return factsOfAsked(method, asked);
      case 'StartWorkflowExecution':
        workflowTask(api.StartWorkflowExecutionResponse.decode(answer).eagerWorkflowTask);
        return factsOfAsked(method, asked);
      case 'ExecuteMultiOperation': {
        const { responses } = api.ExecuteMultiOperationResponse.decode(answer);
        const outcome = responses?.some(({ updateWorkflow }) => updateWorkflow?.outcome != null);
        return { ...factsOfAsked(method, asked)!, outcome: outcome ?? false };
      }
      case 'UpdateWorkflowExecution': {
        const { outcome } = api.UpdateWorkflowExecutionResponse.decode(answer);
        return { ...factsOfAsked(method, asked)!, outcome: outcome != null };
      }
      case 'PollWorkflowExecutionUpdate': {
        const { outcome } = api.PollWorkflowExecutionUpdateResponse.decode(answer);
        return { ...factsOfAsked(method, asked)!, outcome: outcome != null };
      }
      default:
        return factsOfAsked(method, asked);
    }
  };

  const passing = (method: string, way: Passing['way'], facts: Facts | null): Passing | null =>
    facts && { method, way, activity: null, wants: [], outcome: false, ...facts };
  return {
    asked: (method, body) => passing(method, 'there', factsOfAsked(method, messageOf(body))),
    answered: (method, asked, answer) =>
      passing(method, 'back', factsOfAnswer(method, messageOf(asked), messageOf(answer))),
  };
}

/** The message in a gRPC body: one byte for compression, four for the length, then the message. */
function messageOf(body: Buffer): Buffer {
  if (body.length < 5) return Buffer.alloc(0);
  const message = body.subarray(5, 5 + body.readUInt32BE(1));
  return body[0] === 1 ? gunzipSync(message) : message;
}

function nameOfCommand(command: temporal.api.command.v1.ICommand): string {
  const activity = command.scheduleActivityTaskCommandAttributes?.activityType?.name;
  return activity ?? temporal.api.enums.v1.CommandType[command.commandType ?? 0]!;
}

/** The one argument of an activity. */
function inputOf(input: temporal.api.common.v1.IPayloads | null | undefined): unknown {
  const data = input?.payloads?.[0]?.data;
  return data == null ? null : JSON.parse(Buffer.from(data).toString('utf8'));
}
