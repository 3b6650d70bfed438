import type { FastifyRequest } from 'fastify';
import { isOpen } from '../../domain/windows/window.ts';
import type { GatewayContext } from '../context.ts';
import { longestTtlMs, resolveService } from '../reads/resolve-service.ts';
import { requestedBy } from '../windows/open-request.ts';

type Context = Pick<GatewayContext, 'model' | 'windows' | 'openWindow'>;

export interface ServiceToOpen {
  service: string;
  host?: string | undefined;
  ttlMs: number;
  waitMs: number;
  reason: string;
}

/**
 * Opens a window on one service with the rights of the caller, or joins the one that is open, and waits for it. Throws what
 * opening a window throws. @returns whether the service is up
 */
export async function openService(
  { model, windows, openWindow }: Context,
  request: FastifyRequest,
  { service: name, host: named, ttlMs, waitMs, reason }: ServiceToOpen,
): Promise<boolean> {
  await windows.requireMadre();
  const snapshot = await model.snapshot();
  const { host, service } = resolveService(snapshot, name, named, 'service');
  const opened = await openWindow({
    kind: 'target',
    host,
    target: service.name,
    services: [service.name],
    ttlMs,
    maxTtlMs: longestTtlMs(snapshot, host, [service.name]),
    whenFull: 'refuse',
    reason,
    waitMs,
    ...requestedBy(request),
  });
  return !opened.waiting && isOpen(opened.view);
}
