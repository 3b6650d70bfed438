import type { FastifyRequest } from 'fastify';
import { isSameWho } from '../../contracts/principal.ts';
import type { WindowView } from '../../contracts/window.ts';
import { callerOf } from '../http/authenticate.ts';
import type { GatewayContext } from '../context.ts';
import { sameWindow } from '../http/idempotency.ts';
import { resolveService } from '../reads/resolve-service.ts';
import { includes } from '../http/route-policy.ts';
import type { Caller } from '../http/caller.ts';
import { noSuchWindow } from './answers.ts';

/**
 * The window with this id, if the caller may change it. All callers share the windows on a target. An operator window
 * belongs to its owner; for others it does not exist. Throws `window_not_found`.
 */
export async function findOwn(
  context: Pick<GatewayContext, 'store'>,
  id: string,
  caller: Caller,
): Promise<WindowView> {
  const { windows } = context.store();
  const view = await windows.find(id);
  if (view === null) throw noSuchWindow(id);
  if (view.kind !== 'operator' || includes(caller.scope, 'admin')) return view;
  const principal = (await windows.owners([id])).get(id) ?? null;
  if (!isSameWho(caller, { name: view.owner, principal })) throw noSuchWindow(id);
  return view;
}

/**
 * The window that a body names by id or by target; null if the target never had one.
 * Throws `window_not_found`, `service_not_allowed`.
 */
export async function findTarget(
  context: Pick<GatewayContext, 'store' | 'model'>,
  body: {
    window_id?: string | undefined;
    target?: string | undefined;
    host?: string | undefined;
  },
  request: FastifyRequest,
): Promise<WindowView | null> {
  const { window_id, target, host } = body;
  if (window_id !== undefined) return findOwn(context, window_id, callerOf(request));
  return sameWindow(context.store, request, () => findNewest(context, target!, host));
}

async function findNewest(
  context: Pick<GatewayContext, 'store' | 'model'>,
  target: string,
  wantedHost: string | undefined,
): Promise<WindowView | null> {
  const snapshot = await context.model.snapshot();
  const onHost = snapshot.windows.filter(
    (view) => view.target === target && (wantedHost === undefined || view.host === wantedHost),
  );
  const [first, second] = onHost;
  if (first !== undefined && second === undefined) return first;
  const newest = await context.store().windows.newestFor(wantedHost ?? null, target);
  if (newest !== null && onHost.length < 2) return newest;
  // the target is on several hosts, or was never opened: the rules for opening it apply
  const { host } = resolveService(snapshot, target, wantedHost, 'target');
  return onHost.find((view) => view.host === host) ?? newest;
}
