import { statusAnswer } from '../../contracts/status.ts';
import { windowStatusAnswer } from '../../contracts/window.ts';
import { sha256 } from '../../platform/hash.ts';
import type { GatewayDeps } from '../deps.ts';
import type { Coding } from '../http/negotiate.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { resolveService } from '../reads/resolve-service.ts';
import { findServices, type Snapshot } from '../reads/snapshot.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import { compress } from './compress.ts';
import { composeStatus, type Composed, type StatusAnswer } from './status-answer.ts';
import { targetStatus } from '../windows/answers.ts';
import { isoTime } from '../../platform/time.ts';

/**
 * The most frequent answers as JSON text. Each is composed and checked against its schema once per commit (and once per
 * second if it counts seconds), then served as it is.
 */
export interface StatusCache {
  composed(): MaybePromise<Composed>;
  statusText(): MaybePromise<StatusText>;
  status(): MaybePromise<StatusAnswer>;
  /** Throws `service_not_allowed` for a name that is in no compose file and never had a window. */
  targetText(target: string): MaybePromise<string>;
}

/** The status as it is sent. */
export interface StatusText {
  /** Of all but the timestamp: a weak tag, without its `W/`. */
  etag: string;
  in(coding: Coding): string | Buffer;
}

interface Text {
  revision: string;
  validUntil: number;
  text: string;
}

export function createStatusCache(
  deps: Pick<GatewayDeps, 'redis' | 'clock' | 'config'>,
  model: ReadModel,
): StatusCache {
  let last: { composed: Composed; revision: string; redisReady: boolean } | null = null;
  let head: { of: Composed; text: string; hash: string } | null = null;
  let whole: { of: Composed; newest: number; at: number; text: StatusText } | null = null;
  const targets = new Map<string, Text>();

  const redisReady = (): boolean => deps.redis === null || deps.redis.ready();
  const compose = (snapshot: Snapshot): Composed => {
    const now = deps.clock();
    const ready = redisReady();
    if (
      last?.revision === snapshot.revision &&
      last.composed.validUntil > now &&
      last.redisReady === ready
    ) {
      return last.composed;
    }
    const reason =
      deps.redis === null ? 'in-process: no Redis configured' : ready ? null : 'not connected';
    const redis = { health: ready ? ('ok' as const) : ('down' as const), reason };
    const composed = composeStatus(snapshot, { host: deps.config.host, redis }, now);
    last = { composed, revision: snapshot.revision, redisReady: ready };
    return composed;
  };
  const textOf = (composed: Composed, newest: number): StatusText => {
    const at = deps.clock();
    if (whole?.of === composed && whole.newest === newest && whole.at === at) return whole.text;
    const timestamp = isoTime(at);
    if (head?.of !== composed) {
      statusAnswer.parse({ ...composed.answer, as_of: newest, timestamp });
      const text = JSON.stringify(composed.answer).slice(0, -1);
      head = { of: composed, text, hash: sha256(text).slice(0, 24) };
    }
    const text = `${head.text},"as_of":${newest},"timestamp":"${timestamp}"}`;
    const made = {
      etag: `"${head.hash}-${newest}"`,
      in: (coding: Coding) => compress(text, coding),
    };
    whole = { of: composed, newest, at, text: made };
    return made;
  };
  /** The number is read before the snapshot, so the snapshot contains every event up to it. */
  const latest = <T>(
    next: (snapshot: Snapshot, newest: number) => MaybePromise<T>,
  ): MaybePromise<T> =>
    mapMaybe(model.revisions(), ({ newest }) =>
      mapMaybe(model.snapshot(), (snapshot) => next(snapshot, newest)),
    );
  const targetOf = (target: string, snapshot: Snapshot): MaybePromise<string> =>
    mapMaybe(model.newestFor(target, snapshot), (view) => {
      if (view === null && findServices(snapshot, target).length === 0) {
        resolveService(snapshot, target, undefined, 'target');
      }
      const now = deps.clock();
      const text = JSON.stringify(windowStatusAnswer.parse(targetStatus(target, view, now)));
      const left = view?.expires_at == null ? Infinity : Date.parse(view.expires_at) - now;
      // the remaining seconds are rounded up: they change whenever a whole second is left
      const validUntil = left > 0 ? now + (left % 1000 || 1000) : Infinity;
      if (targets.size > 1000) targets.clear();
      targets.set(target, { revision: snapshot.revision, validUntil, text });
      return text;
    });
  return {
    composed: () => mapMaybe(model.snapshot(), compose),
    statusText: () => latest((snapshot, newest) => textOf(compose(snapshot), newest)),
    status: () =>
      latest((snapshot, as_of) => ({
        ...compose(snapshot).answer,
        as_of,
        timestamp: isoTime(deps.clock()),
      })),
    targetText: (target) =>
      mapMaybe(model.snapshot(), (snapshot) => {
        const known = targets.get(target);
        if (known?.revision === snapshot.revision && known.validUntil > deps.clock()) {
          return known.text;
        }
        return targetOf(target, snapshot);
      }),
  };
}
