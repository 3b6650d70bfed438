import type { FastifyRequest } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import { switchService } from '../../contracts/queues.ts';
import type {
  ProgramReport,
  RouteOptions,
  RoutingCall,
  WakeReport,
} from '../../contracts/routing-call.ts';
import {
  prewarmHeader,
  programHeader,
  programRequest,
  waitHeader,
  waitRequest,
  wakeHeader,
  wakeRequest,
  type WakeRequest,
} from '../../contracts/routing-call.ts';
import { parseDuration } from '../../domain/services/compose-units.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import { readJson, type Answer } from '../../platform/network/post.ts';
import type { GatewayContext } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { findServices, isAwake } from '../reads/snapshot.ts';
import { FrontError } from './failure.ts';
import type { Front } from './front/fronts.ts';
import { openService } from './open-service.ts';
import { runFor } from './run-program.ts';
import { wakingText } from './waking-text.ts';

/** How often a service is opened again whose window is about to end, in ms. */
const endingMs = 500;
/** How long a caller waits for switch itself to open, in ms. */
const openMs = 60_000;
const openIt =
  'POST /vx11/window/open {"target":"switch","ttl_seconds":600}, or: vx11 open switch --ttl 10m, or send x-vx11-open: 10m';
const addIt =
  'The managed compose file has no service `switch`. Add the one of VX11’s own docker-compose.yml to it, then open it: vx11 open switch --ttl 10m';

export type AskContext = Pick<
  GatewayContext,
  'model' | 'windows' | 'openWindow' | 'tasks' | 'switch' | 'clock' | 'logger'
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

/** What is sent to switch. */
export interface Ask {
  front: Pick<Front, 'surface' | 'path'>;
  body: Uint8Array<ArrayBuffer>;
  options: RouteOptions;
  signal: AbortSignal;
  /** Called when a wait, a wake or a program of a target begins; what it is given says what is waited for by now. */
  waking?: (what: () => string) => void;
}

/**
 * Sends a request to switch, wakes what it asks for with the rights of the caller, and sends it again. Resolves with the
 * answer; its body streams.
 */
export async function askSwitch(
  context: AskContext,
  request: FastifyRequest,
  { front, body, options, signal, waking }: Ask,
): Promise<Answer> {
  const { name, principal } = callerOf(request);
  let woken: WakeReport | null = null;
  let ran: ProgramReport | null = null;
  let announced: string | null = null;
  for (;;) {
    const call: RoutingCall = {
      owner: name,
      owner_id: principal,
      may_open: true,
      correlation_id: request.id,
      surface: front.surface,
      source: 'person',
      options,
      woken,
      ...(ran !== null && { ran }),
      ...(waking !== undefined && { announces: true }),
      ...(announced !== null && { announced }),
    };
    const answer = await context.switch
      .post(front.path, body, call, signal)
      .catch((error: unknown) => {
        throw new FrontError('unavailable', 'switch cannot be reached; it may be starting.', {
          cause: error,
        });
      });
    announced = null;
    if (answer.headers[waitHeader] !== undefined) {
      announced = waitRequest.parse(await readJson(answer)).decision_id;
      waking?.(() => 'waiting in line');
      [woken, ran] = [null, null];
      continue;
    }
    if (answer.headers[programHeader] !== undefined) {
      const program = programRequest.parse(await readJson(answer));
      waking?.(() => `running ${program.target}`);
      ran = await runFor(context, request, program, signal);
      woken = null;
      continue;
    }
    if (answer.headers[wakeHeader] === undefined) {
      const later = answer.headers[prewarmHeader];
      // nobody waits for it, and it fails alone
      if (later !== undefined)
        void wakeFor(context, request, wakeRequest.parse(JSON.parse(atob(later))));
      return answer;
    }
    const wake = wakeRequest.parse(await readJson(answer));
    const began = context.clock();
    waking?.(() => wakingText(wake, (context.clock() - began) / 1000));
    woken = await wakeFor(context, request, wake);
    ran = null;
  }
}

/** Opens the window that a target needs. A wake that fails is reported, and switch takes another target. */
async function wakeFor(
  context: AskContext,
  request: FastifyRequest,
  { decision_id, target, service, host, window_seconds, within_seconds }: WakeRequest,
): Promise<WakeReport> {
  const began = context.clock();
  let [full, why] = [false, 'it was not up in time'];
  const left = (): number => Math.max(0, within_seconds * 1000 - (context.clock() - began));
  const open = (): Promise<boolean | null> =>
    openService(context, request, {
      service,
      host,
      ttlMs: window_seconds * 1000,
      waitMs: left(),
      reason: `model ${target} for ${request.id}`,
    }).catch((error: unknown) => {
      // its last window is about to end: after that a new one opens
      if (error instanceof VX11Error && error.code === 'window_ended') return null;
      throw error;
    });
  const wake = async (): Promise<boolean> =>
    (await poll(open, { everyMs: endingMs, withinMs: left() })) ?? false;
  const ok = await wake().catch((error: unknown) => {
    context.logger.info({ err: error, service, decision_id }, 'a model was not woken');
    full = error instanceof VX11Error && error.code === 'no_room';
    // the cause of an error of ours stays in the log
    why = error instanceof VX11Error ? error.message.slice(0, 300) : 'its window failed';
    return false;
  });
  const seconds = (context.clock() - began) / 1000;
  return { decision_id, service, host, ok, ...(!ok && { full, why }), seconds };
}
