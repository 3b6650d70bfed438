import type { FastifyRequest } from 'fastify';
import { switchService } from '../../contracts/queues.ts';
import type { RouteOptions, RoutingCall, WakeReport } from '../../contracts/routing-call.ts';
import { wakeHeader, wakeRequest, type WakeRequest } from '../../contracts/routing-call.ts';
import { parseDuration } from '../../domain/services/compose-units.ts';
import type { GatewayContext } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { findServices, isAwake } from '../reads/snapshot.ts';
import { FrontError } from './failure.ts';
import { openService } from './open-service.ts';

/** How long a caller waits for switch itself to open, in ms. */
const openMs = 60_000;
const openIt =
  'POST /vx11/window/open {"target":"switch","ttl_seconds":600}, or: vx11 open switch --ttl 10m, or send x-vx11-open: 10m';
const addIt =
  'The managed compose file has no service `switch`. Add the one of VX11’s own docker-compose.yml to it, then open it: vx11 open switch --ttl 10m';

export type AskContext = Pick<
  GatewayContext,
  'model' | 'windows' | 'openWindow' | 'switch' | 'clock' | 'logger'
>;

/** Throws `off_by_policy` while switch sleeps; opens it first if the caller asks for that with `x-vx11-open`. */
export async function requireSwitch(context: AskContext, request: FastifyRequest): Promise<void> {
  const snapshot = await context.model.snapshot();
  if (isAwake(snapshot, switchService, context.clock())) return;
  const hint = findServices(snapshot, switchService).length === 0 ? addIt : openIt;
  const asked = request.headers['x-vx11-open'];
  if (typeof asked !== 'string')
    throw new FrontError('off_by_policy', `switch is asleep. Open it: ${openIt}`, { hint });
  const ttlMs = parseDuration(asked);
  if (ttlMs === null || ttlMs < 1000)
    throw new FrontError('invalid_request', 'x-vx11-open: must be a duration such as 10m', {
      param: 'x-vx11-open',
    });
  const reason = `a request that asked for it (${request.id})`;
  if (
    await openService(context, request, { service: switchService, ttlMs, waitMs: openMs, reason })
  )
    return;
  throw new FrontError('off_by_policy', 'switch did not open in time; its window continues.', {
    hint,
  });
}

/**
 * Sends a request to switch, wakes what it asks for with the rights of the caller, and sends it again. Resolves with the
 * answer; its body streams.
 *
 * @param waking called when a wake begins
 */
export async function askSwitch(
  context: AskContext,
  request: FastifyRequest,
  body: Uint8Array<ArrayBuffer>,
  options: RouteOptions,
  signal: AbortSignal,
  waking: (wake: WakeRequest) => void = () => undefined,
): Promise<Response> {
  const { name, principal } = callerOf(request);
  let woken: WakeReport | null = null;
  for (;;) {
    const call: RoutingCall = {
      owner: name,
      owner_id: principal,
      may_open: true,
      correlation_id: request.id,
      options,
      woken,
    };
    const answer = await context.switch
      .post('/v1/chat/completions', body, call, signal)
      .catch((error: unknown) => {
        throw new FrontError('unavailable', 'switch cannot be reached; it may be starting.', {
          cause: error,
        });
      });
    if (answer.headers.get(wakeHeader) === null) return answer;
    const wake = wakeRequest.parse(await answer.json());
    waking(wake);
    woken = await wakeFor(context, request, wake);
  }
}

/** Opens the window that a target needs. A wake that fails is reported, and switch goes on with another target. */
async function wakeFor(
  context: AskContext,
  request: FastifyRequest,
  { decision_id, target, service, host, window_seconds, within_seconds }: WakeRequest,
): Promise<WakeReport> {
  const began = context.clock();
  const ok = await openService(context, request, {
    service,
    host,
    ttlMs: window_seconds * 1000,
    waitMs: within_seconds * 1000,
    reason: `model ${target} for ${request.id}`,
  }).catch((error: unknown) => {
    context.logger.info({ err: error, service, decision_id }, 'a model was not woken');
    return false;
  });
  return { decision_id, service, host, ok, seconds: (context.clock() - began) / 1000 };
}
