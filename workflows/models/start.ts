import { keepWorkflowId, pullWorkflowId, searchWorkflowId } from '../../contracts/ids.ts';
import type { ModelPull, SearchBody } from '../../contracts/models.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import { searchAttributes } from '../search-attributes.ts';

/** Input of `pullModel`. */
export interface PullModel {
  job_id: string;
  attempt: number;
  host: string;
}

const joining = {
  workflowIdConflictPolicy: 'USE_EXISTING',
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s',
} as const;

/** The start options of a pull for any caller: a start joins a running one; each attempt is a run of its own. */
export const pullStart = ({
  job_id,
  attempt,
  host,
  owner,
  correlation_id,
  ...pull
}: ModelPull) => ({
  ...joining,
  workflowId: pullWorkflowId(job_id),
  args: [{ job_id, attempt, host }] as [PullModel],
  memo: { owner, correlation_id },
  staticSummary: `model ${pull.model}`,
  typedSearchAttributes: [
    { key: searchAttributes.owner, value: owner },
    { key: searchAttributes.host, value: host },
    { key: searchAttributes.state, value: pull.status },
  ],
});

/** The start options of a look at the models of a host. */
export const keepStart = (host: string) => ({
  ...joining,
  workflowId: keepWorkflowId(host),
  args: [host] as [string],
});

/** The start options of a search; the same search at the same moment is one. */
export const searchStart = (host: string, asked: SearchBody, digest: string) => ({
  ...joining,
  workflowId: searchWorkflowId(host, digest),
  args: [host, asked] as [string, SearchBody],
});
