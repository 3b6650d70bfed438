import type { NextTry } from '../../../domain/routing/failure/next-try.ts';
import type { NoTarget } from '../../../contracts/routing-decision.ts';
import type { RoutingTarget } from '../../../contracts/routing.ts';
import { holds } from '../../../domain/routing/filter.ts';
import type { ChatDeps } from './deps.ts';
import { RoutingError } from './reply.ts';
import { targetsFor, type Session } from './session.ts';

/** Why nothing can be tried, as the caller gets it. */
export function noTargetError({ id, record, request }: Session, { clock }: ChatDeps): RoutingError {
  const none: NoTarget = record.none!;
  const wait = none.until_ms === null ? undefined : (none.until_ms - clock()) / 1000;
  const asleep = none.error === 'off_by_policy';
  return new RoutingError(none.error, sentence(record.why, request.body.model), {
    decision_id: id,
    ...(wait !== undefined && { retryAfter: wait }),
    ...(none.error === 'model_not_found' && { param: 'model' }),
    ...(none.error === 'invalid_request' && { param: 'n' }),
    ...(none.error === 'permission_denied' && {
      hint: 'Its provider has a list of tokens, `allow` in VX11_PROVIDERS_FILE: ask the operator to add yours, or send "model": "auto".',
    }),
    ...(asleep && {
      hint: 'Send x-vx11-wake: allow with a token of scope operator, or open its window: vx11 open SERVICE --ttl 10m',
    }),
  });
}

const sentence = (why: string, model: string | undefined): string =>
  `No target can take this request for ${JSON.stringify(model ?? 'auto')}: ${why}.`;

/** Why nothing more is tried. */
export function stopError(
  session: Session,
  stop: Extract<NextTry, { act: 'stop' }>,
  caller: AbortSignal,
  deps: ChatDeps,
): RoutingError {
  const { id, tries } = session;
  const last = tries.at(-1);
  const late = session.request.deadline_ms !== null && deps.clock() >= session.request.deadline_ms;
  if (stop.code === 'aborted' && late && !caller.aborted)
    return new RoutingError('deadline_exceeded', 'The deadline passed before an answer came.', {
      decision_id: id,
    });
  const summary = tries.map(({ target, failure }) => `${target}: ${failure}`).join('; ');
  const detail = last?.detail ?? null;
  switch (stop.code) {
    case 'bad_request':
    case 'refused':
      return new RoutingError(stop.code, detail ?? 'The target refused the request.', {
        decision_id: id,
        ...(last?.status != null && { status: last.status }),
      });
    case 'rate_limit_exceeded':
      return new RoutingError(stop.code, `Every target is at its limit (${summary}).`, {
        decision_id: id,
        retryAfter: shortestWait(session, deps),
      });
    case 'context_length_exceeded':
      return new RoutingError(
        stop.code,
        `The request is longer than the context of every target that was tried (${summary}).`,
        { decision_id: id, param: 'messages' },
      );
    case 'deadline_exceeded':
      return new RoutingError(stop.code, `The deadline passed (${summary}).`, { decision_id: id });
    default:
      return new RoutingError(
        stop.code,
        `No target gave an answer (${summary})${detail === null ? '' : `: ${detail}`}.`,
        { decision_id: id },
      );
  }
}

/** Seconds until the first of the targets that were tried may be back. */
function shortestWait(session: Session, deps: ChatDeps): number {
  const now = deps.clock();
  const tried = new Set(session.failed.map(({ target }) => target));
  const targets = targetsFor(session, deps).filter(({ id }) => tried.has(id));
  const isFree = ({ block, keys, left }: RoutingTarget): boolean =>
    (left.requests ?? 1) > 0 &&
    !holds(block, now) &&
    (keys.length === 0 || keys.some((key) => !holds(key.block, now)));
  if (targets.some(isFree)) return 1;
  const untils = targets.flatMap(({ block, keys, left }) => [
    ...[block, ...keys.map((key) => key.block)].flatMap((one) => one?.until_ms ?? []),
    ...(left.requests === 0 ? [left.until_ms!] : []),
  ]);
  return untils.length === 0 ? 1 : (Math.min(...untils) - now) / 1000;
}
