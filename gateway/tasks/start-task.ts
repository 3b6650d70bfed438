import type { FastifyRequest } from 'fastify';
import { VX11Error, type FieldProblem } from '../../contracts/errors.ts';
import type { TaskBody } from '../../contracts/task-request.ts';
import type { TaskAnswer } from '../../contracts/task.ts';
import { codeTask } from '../../domain/tasks/task.ts';
import { checkTaskFiles } from '../../domain/tasks/task-file.ts';
import { isPublicAddress } from '../../platform/network/public-address.ts';
import type { GatewayContext } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { repeatKeyOf, sentNothing } from '../http/idempotency.ts';

/** If nothing was started, frees the Idempotency-Key, so that the same request may be sent again. */
export const noting = (request: FastifyRequest, answer: TaskAnswer): TaskAnswer => {
  if (answer.error !== null) sentNothing(request);
  return answer;
};

/** Starts a task that runs code. Throws `invalid`. */
export async function startTask(
  { tasks, config }: Pick<GatewayContext, 'tasks' | 'config'>,
  request: FastifyRequest,
  body: TaskBody,
): Promise<TaskAnswer> {
  refuse(problemsOf(body, config.callbackAllow));
  const answer = await tasks.start({
    task_type: body.task_type,
    owner: callerOf(request).name,
    ownerId: callerOf(request).principal,
    correlation_id: body.correlation_id ?? request.id,
    repeatKey: repeatKeyOf(request),
    build: (base, now) => codeTask(body, base, now),
  });
  return noting(request, answer);
}

function refuse(fields: FieldProblem[]): void {
  if (fields.length === 0) return;
  const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new VX11Error('invalid', detail.slice(0, 1000), { fields });
}

/** The problems of a body that its schema alone cannot find. */
function problemsOf(body: TaskBody, allowed: string[]): FieldProblem[] {
  const fields: FieldProblem[] = [];
  const paths = (body.files ?? []).map(({ path }) => path);
  for (const { index, problem } of checkTaskFiles(paths, body.task_type)) {
    fields.push({ field: `files.${index}.path`, problem });
  }
  if (body.callback_url !== undefined && !mayCall(body.callback_url, allowed)) {
    const problem =
      'is not a public address; VX11_CALLBACK_ALLOW lists hosts that are taken anyway';
    fields.push({ field: 'callback_url', problem });
  }
  if (body.network === 'egress-allowlist' && (body.egress ?? []).length === 0) {
    fields.push({ field: 'egress', problem: 'name the hosts that the task may reach' });
  }
  if (body.egress !== undefined && body.network !== 'egress-allowlist') {
    fields.push({ field: 'egress', problem: 'is only allowed with network egress-allowlist' });
  }
  return fields;
}

/** Refuses an address that is plainly private; a host name is checked again when it is resolved. */
function mayCall(address: string, allowed: string[]): boolean {
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (allowed.some((name) => name.toLowerCase() === host)) return true;
  if (host === 'localhost' || host.endsWith('.localhost')) return false;
  return /^[\d.]+$|:/.test(host) ? isPublicAddress(host) : true;
}
