import { randomUUID } from 'node:crypto';
import type { WindowView } from '../../contracts/window.ts';
import { refusal, type Instance } from '../../domain/wake/instance.ts';
import { onHost } from '../../domain/windows/service-status.ts';
import type { GatewayContext } from '../context.ts';
import { asVX11Error } from '../http/problem.ts';
import { longestTtlMs } from '../reads/resolve-service.ts';
import type { Target } from './targets.ts';

/** The principal of every wake listener: no token has such an id, so nothing else acts as it. */
const principal = 'wake';
/** How long the call that opens a window may take; pulling an image takes longer, and continues. */
const openLimitMs = 65_000;
/** After a refusal, requests ask again only after this time. */
export const refusalMs = 30_000;
const mostRemembered = 1000;

/** The two things that a wake listener can do: open and renew. Both return at once; the read model shows what became of them. */
export interface Waker {
  /** Opens the target window of a service, once however many ask. @returns how the service is meanwhile */
  open(target: Target, ttlMs: number, name: string): Instance;
  /** Why it was not opened a short while ago; null if nothing is known against it. */
  refusalOf(target: Target): Instance | null;
  /** Moves the deadline of a window, at most once in `againMs`, also where nothing comes of it. */
  renew(view: WindowView, byMs: number, againMs: number): void;
}

const keyOf = ({ host, service }: Target): string => onHost(host, service.name);

type Context = Pick<GatewayContext, 'model' | 'windows' | 'openWindow' | 'clock' | 'logger'>;

/** @param owner who owns the windows, in views and events */
export function createWaker(
  { model, windows, openWindow, clock, logger }: Context,
  owner: string,
): Waker {
  const opening = new Set<string>();
  const refusals = new Map<string, { until: number; instance: Instance }>();
  const renewals = new Map<string, number>();

  const openNow = async ({ host, service, wake }: Target, ttlMs: number, name: string) => {
    await windows.requireMadre();
    const maxTtlMs = Math.min(
      wake.max_ms,
      longestTtlMs(await model.snapshot(), host, [service.name]),
    );
    await openWindow({
      kind: 'target',
      host,
      target: service.name,
      services: [service.name],
      ttlMs,
      maxTtlMs,
      whenFull: 'refuse',
      reason: `request for ${name}`,
      owner,
      ownerId: principal,
      correlationId: randomUUID(),
      repeatKey: null,
      keepsDeadline: true,
      waitMs: openLimitMs,
    });
  };
  const remember = (key: string, error: unknown): void => {
    const { code, message } = asVX11Error(error);
    logger.info({ err: error, service: key }, 'a request could not wake a service');
    if (refusals.size >= mostRemembered) refusals.clear();
    refusals.set(key, { until: clock() + refusalMs, instance: refusal(code, message) });
  };
  const waker: Waker = {
    open(target, ttlMs, name) {
      const refused = waker.refusalOf(target);
      if (refused !== null) return refused;
      const key = keyOf(target);
      if (!opening.has(key)) {
        opening.add(key);
        openNow(target, ttlMs, name)
          .catch((error: unknown) => remember(key, error))
          .finally(() => opening.delete(key));
      }
      return { state: 'starting', detail: 'asked for', code: null, since: clock() };
    },
    refusalOf(target) {
      const refused = refusals.get(keyOf(target));
      return refused !== undefined && refused.until > clock() ? refused.instance : null;
    },
    renew(view, byMs, againMs) {
      const now = clock();
      if ((renewals.get(view.window_id) ?? 0) > now) return;
      if (renewals.size >= mostRemembered) renewals.clear();
      renewals.set(view.window_id, now + againMs);
      const actor = { actor: owner, principal, correlation_id: randomUUID() };
      windows.extend(view, byMs, actor, null).catch((error: unknown) => {
        logger.info({ err: error, window_id: view.window_id }, 'a request renewed nothing');
      });
    },
  };
  return waker;
}
