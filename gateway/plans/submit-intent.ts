import type { FastifyRequest } from 'fastify';
import type { MadreChatReply } from '../../contracts/chat.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { IntentAnswer, IntentBody, NewIntent } from '../../contracts/intent.ts';
import { newId } from '../../contracts/ids.ts';
import { intentReceived } from '../../domain/language/intent-received.ts';
import type { GatewayContext } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { intentOfRepeats, sentNothing } from '../http/idempotency.ts';
import { isAwake, type Snapshot } from '../reads/snapshot.ts';
import { askModel } from './ask-model.ts';
import { askMadre } from './madre-client.ts';
import { chatRequest } from './chat-request.ts';
import { intentResult } from './plan-result.ts';

/** The text of an intent, or the code of its task. Throws `invalid` if it has none, or several. */
function textOf({ text, payload = {} }: IntentBody): string {
  const refuse = (field: string, problem: string): never => {
    throw new VX11Error('invalid', `${field}: ${problem}`, { fields: [{ field, problem }] });
  };
  const given = [text, payload.text, payload.code].filter((one) => one !== undefined);
  if (given.length > 1) refuse('payload', 'give one of text, payload.text and payload.code');
  if (payload.task_type !== undefined && payload.code === undefined) {
    refuse('payload.task_type', 'goes with payload.code');
  }
  if (given[0] !== undefined && given[0].trim() !== '') return given[0];
  return refuse(
    'text',
    'give a text of 1 to 4000 characters, here, in payload.text or payload.code',
  );
}

const statusOf = ({ status, warnings }: MadreChatReply): IntentAnswer['status'] =>
  status === 'WAITING' && warnings.includes('still_running') ? 'RUNNING' : status;

/** Takes requests to madre in the form for programs. */
export type SubmitIntent = (request: FastifyRequest, body: IntentBody) => Promise<IntentAnswer>;

export function createSubmitIntent(context: GatewayContext): SubmitIntent {
  const timestamp = (): string => new Date(context.clock()).toISOString();
  const asleep = (snapshot: Snapshot, service: string) =>
    isAwake(snapshot, service, context.clock())
      ? null
      : {
          reason: `${service} is asleep by policy`,
          policy: 'SOLO_MADRE',
          required_service: service,
          hint: `POST /vx11/window/open {"target":"${service}","ttl_seconds":600,"reason":"…"}`,
        };

  /** The result of an earlier request that madre did not answer; null if that request never reached madre. */
  const cutOff = async (request: FastifyRequest): Promise<IntentAnswer | null> => {
    const intentId = intentOfRepeats(request);
    const asked = intentId === undefined ? null : await context.store().intents.find(intentId);
    if (asked === null) return null;
    const { result: response, ...rest } = await intentResult(context, asked);
    if (rest.status === 'QUEUED' && response?.['plan_id'] === undefined) request.repeat = 'resume';
    return { ...rest, response, degraded: false };
  };

  /** Records an intent that is refused without asking madre, because policy keeps a required service asleep. */
  const logRefused = async (
    request: FastifyRequest,
    correlation_id: string,
    payload: Record<string, unknown>,
  ): Promise<void> => {
    const asked: NewIntent = {
      intent_id: newId('intent'),
      at: context.clock(),
      source: 'intent',
      actor: callerOf(request).name,
      session_id: null,
      correlation_id,
      payload: { ...payload, refused: 'off_by_policy' },
    };
    await context.store().intents.append(asked, [intentReceived(asked)]);
  };

  return async (request, body) => {
    const id = body.correlation_id ?? request.id;
    const text = textOf(body);
    const repeated = intentOfRepeats(request);
    const before = await cutOff(request);
    if (before !== null) return before;
    const { code, task_type } = body.payload ?? {};
    const asTask =
      body.require?.spawner === true || body.intent_type === 'spawn' || code !== undefined;
    const needed = [
      ...(body.require?.switch === true ? ['switch'] : []),
      ...(asTask ? ['spawner'] : []),
    ];
    const about = {
      ...body.metadata,
      ...(body.user_id !== undefined && { user_id: body.user_id }),
      priority: body.priority ?? 'P1',
      intent_type: body.intent_type ?? 'chat',
    };
    const snapshot = needed.length === 0 ? null : await context.model.snapshot();
    for (const service of needed) {
      const response = asleep(snapshot!, service);
      if (response === null) continue;
      sentNothing(request);
      await logRefused(request, id, { text, context: about, required_service: service });
      return {
        correlation_id: id,
        status: 'ERROR',
        mode: 'FALLBACK',
        provider: null,
        response,
        error: 'off_by_policy',
        degraded: true,
        timestamp: timestamp(),
      };
    }
    if (body.require?.switch === true && !asTask && body.intent_type !== 'plan') {
      const answered = await askModel(context, request, id, text, about, repeated);
      if (answered !== null) return answered;
    }
    const { answer, answered_by, not_asked } = await askMadre(context, {
      ...chatRequest(request, 'intent'),
      correlation_id: id,
      message: text,
      session_id: null,
      context: about,
      dry_run: body.intent_type === 'plan',
      as_task: asTask,
      ...(task_type !== undefined && { task_type }),
      ...(body.priority !== undefined && { priority: body.priority }),
      ...(repeated !== undefined && { intent_id: repeated }),
    });
    if (not_asked) sentNothing(request);
    // the intent may have reached madre: a retry gets its result
    else if (answered_by === 'gateway') request.repeat = 'resume';
    const status = statusOf(answer);
    const queued = asTask && (status === 'RUNNING' || status === 'DONE');
    return {
      correlation_id: id,
      status: queued ? 'QUEUED' : status,
      mode: asTask ? 'SPAWNER' : 'MADRE',
      provider: asTask ? 'spawner' : answer.provider,
      response: {
        text: answer.response,
        plan_id: answer.plan_id,
        steps: answer.actions,
        warnings: answer.warnings,
        ...(answer.confirm_token !== undefined && {
          confirm_token: answer.confirm_token,
          expires_at: answer.expires_at,
        }),
      },
      error: status === 'ERROR' ? answer.error : null,
      degraded: answer.degraded || body.require?.switch === true,
      timestamp: timestamp(),
    };
  };
}
