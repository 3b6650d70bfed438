import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../http/authenticate.ts';
import { repeatKeyOf } from '../http/idempotency.ts';
import { openStatus } from './answers.ts';
import type { OpenedWindow, WindowRequest } from './open-window.ts';

const defaultWaitSeconds = 30;

/** Whose request a new window is, and which of its retries are the same request. */
export function requestedBy(
  request: FastifyRequest,
): Pick<WindowRequest, 'owner' | 'ownerId' | 'correlationId' | 'repeatKey'> {
  const { name, principal } = callerOf(request);
  return {
    owner: name,
    ownerId: principal,
    correlationId: request.id,
    repeatKey: repeatKeyOf(request),
  };
}

/** How long the caller waits for the window to open. */
export const waitMsOf = (body: { wait_seconds?: number | undefined }): number =>
  (body.wait_seconds ?? defaultWaitSeconds) * 1000;

/** Sets the status of an opening's answer: 202, with the window's address, while the window is still opening or queued. */
export function withOpenStatus(reply: FastifyReply, opened: OpenedWindow): void {
  const status = openStatus(opened);
  if (status === 202) reply.header('location', `/vx11/windows/${opened.view.window_id}`);
  reply.code(status);
}
