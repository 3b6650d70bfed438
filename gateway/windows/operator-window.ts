import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import type { operatorOpenBody } from '../../contracts/operator.ts';
import { isSameWho } from '../../contracts/principal.ts';
import type { WindowView } from '../../contracts/window.ts';
import { actorOf, callerOf } from '../http/authenticate.ts';
import type { Caller } from '../http/caller.ts';
import { sameWindow } from '../http/idempotency.ts';
import { includes } from '../http/route-policy.ts';
import { longestTtlMs, resolveServices } from '../reads/resolve-service.ts';
import type { Snapshot } from '../reads/snapshot.ts';
import type { GatewayContext } from '../context.ts';
import { findOwn } from './find-window.ts';
import { requestedBy, waitMsOf } from './open-request.ts';
import type { OpenedWindow } from './open-window.ts';

type Context = Pick<GatewayContext, 'model' | 'windows' | 'openWindow' | 'store'>;

/** Opens a window over several services. Throws `scope` for a hold without an admin's token. */
export async function openOperatorWindow(
  context: Context,
  request: FastifyRequest,
  body: z.infer<typeof operatorOpenBody>,
): Promise<OpenedWindow> {
  const caller = callerOf(request);
  const hold = body.mode === 'hold';
  if (hold && !includes(caller.scope, 'admin')) {
    throw new VX11Error('scope', `A hold needs a token of scope admin; yours is ${caller.scope}.`);
  }
  await context.windows.requireMadre();
  const snapshot = await context.model.snapshot();
  const { host, services } = resolveServices(snapshot, body.services, body.host);
  const defaultMs = Math.min(...services.map((service) => service.default_ttl_ms));
  const asked = body.ttl_sec === undefined ? defaultMs : body.ttl_sec * 1000;
  return context.openWindow({
    kind: 'operator',
    host,
    target: null,
    services: body.services,
    ttlMs: hold ? null : asked,
    maxTtlMs: longestTtlMs(snapshot, host, body.services),
    whenFull: body.when_full ?? 'refuse',
    reason: body.reason ?? null,
    waitMs: waitMsOf(body),
    ...requestedBy(request),
  });
}

/** Live operator windows, newest first: the caller's own, or all for an admin and without a caller. */
export function openOnes(
  { windows, owners }: Pick<Snapshot, 'windows' | 'owners'>,
  caller: Caller | null,
): WindowView[] {
  const mine = (view: WindowView): boolean =>
    caller === null ||
    includes(caller.scope, 'admin') ||
    isSameWho(caller, { name: view.owner, principal: owners.get(view.window_id) ?? null });
  return windows.filter((view) => view.kind === 'operator' && mine(view));
}

/** Ends a window of the caller: the one with this id, or else the newest. Throws `no_open_window`. */
export async function closeOperatorWindow(
  context: Context,
  request: FastifyRequest,
  id: string | undefined,
): Promise<WindowView> {
  const caller = callerOf(request);
  const newest = async () => openOnes(await context.model.snapshot(), caller)[0] ?? null;
  const view =
    id === undefined
      ? await sameWindow(context.store, request, newest)
      : await findOwn(context, id, caller);
  if (view === null) {
    throw new VX11Error('no_open_window', 'No operator window of yours is open.');
  }
  const message = { ...actorOf(request), reason: null, closed_by: 'caller' as const };
  return (await context.windows.end(view, message)).ended;
}
