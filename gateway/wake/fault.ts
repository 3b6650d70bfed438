import { STATUS_CODES } from 'node:http';
import { goDuration } from '../../domain/wake/go-duration.ts';
import { asVX11Error, problemOf } from '../http/problem.ts';

/** A refusal of the wake listener, as a problem (RFC 9457) in Sablier's words where Sablier has the same one. */
export class WakeFault extends Error {
  readonly status: number;
  readonly problem: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, problem: Record<string, unknown>, retryAfterSeconds?: number) {
    super(String(problem['detail']));
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A problem of Sablier's. @param id its anchor on Sablier's page of errors */
function fault(
  status: number,
  id: string,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
): WakeFault {
  const type = `https://sablierapp.dev/#/errors?id=${id}`;
  return new WakeFault(status, { ...more, type, title, status, detail });
}

export const invalidRequest = (detail: string): WakeFault =>
  fault(400, 'validation-error', 'Validation Failed', detail);

export const groupNotFound = (group: string, availableGroups: readonly string[]): WakeFault =>
  fault(
    404,
    'group-not-found',
    'Group not found',
    `No service of the compose file has the group ${group}: list it in x-vx11.wake.groups or sablier.group.`,
    { availableGroups, requestGroup: group, error: `group ${group} not found` },
  );

export const notManaged = (name: string): WakeFault =>
  fault(
    404,
    'instance-not-managed',
    'Instance not managed',
    `Requests may not wake ${name}: set x-vx11.wake, or the label sablier.enable=true, in the compose file.`,
    { instance: name, error: `instance ${name} is not managed` },
  );

export const notReadyInTime = (
  ms: number,
  instances: readonly Record<string, unknown>[],
): WakeFault =>
  fault(
    504,
    'timeout',
    STATUS_CODES[504]!,
    `session was not ready after ${goDuration(Math.round(ms))}`,
    { instances },
  );

export const listenerEnds = (): WakeFault =>
  fault(503, 'request-cancelled', 'Request Cancelled', 'VX11 shuts down; try again shortly.');

/** There is nothing else behind this listener. */
export const noSuchAddress = (): WakeFault =>
  new WakeFault(404, {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'This listener only wakes services: see docs/wake.md for its addresses.',
  });

export const wrongMethod = (): WakeFault =>
  new WakeFault(405, {
    type: 'about:blank',
    title: 'Method Not Allowed',
    status: 405,
    detail: 'This listener takes GET and HEAD only.',
  });

/** Any thrown value as a fault; an unknown one shows no cause. */
export function asFault(error: unknown, correlationId: string): WakeFault {
  if (error instanceof WakeFault) return error;
  const known = asVX11Error(error);
  const problem = { ...problemOf(known, correlationId) };
  if (known.code === 'host_not_allowed')
    problem.detail = 'Call by a loopback name, or add the name to VX11_WAKE_HOSTS.';
  return new WakeFault(problem.status, problem, known.retryAfterSeconds);
}
