import type { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import type { operatorOpenAnswer } from '../../contracts/operator.ts';
import type { OpenWindowAnswer, WindowView, windowStatusAnswer } from '../../contracts/window.ts';
import type { OpenedWindow } from './open-window.ts';

/** The seconds until an instant, rounded up; 0 once it has passed. */
export const secondsUntil = (instant: string, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(instant) - now) / 1000));

export const remaining = (view: WindowView, now: number): number | null =>
  view.expires_at === null ? null : secondsUntil(view.expires_at, now);

/** A window past its deadline is not open, even if its workflow has not stored that yet. */
export const isOpenAt = (view: WindowView, now: number): boolean =>
  view.state === 'open' && (view.expires_at === null || Date.parse(view.expires_at) > now);

/** 202 while the window is opening or queued, 200 once it is open, failed or ended. */
export const openStatus = ({ view, waiting }: OpenedWindow): 200 | 202 =>
  waiting || view.state === 'queued' ? 202 : 200;

/** Callers see a requested window as opening. */
const stateOf = (view: WindowView): WindowView['state'] =>
  view.state === 'requested' ? 'opening' : view.state;

export const openAnswer = (
  { view, clamped }: OpenedWindow,
  correlationId: string,
  now: number,
): OpenWindowAnswer => ({
  window_id: view.window_id,
  target: view.target!,
  is_open: isOpenAt(view, now),
  state: stateOf(view),
  opened_at: view.opened_at,
  expires_at: view.expires_at,
  ttl_remaining_seconds: remaining(view, now),
  services_started: view.services_started,
  services_failed: view.services_failed,
  waiting_for: view.waiting_for,
  clamped,
  correlation_id: correlationId,
});

export const operatorAnswer = (
  { view }: OpenedWindow,
  correlationId: string,
  now: number,
): z.infer<typeof operatorOpenAnswer> => ({
  window_id: view.window_id,
  created_at: view.requested_at,
  deadline: view.expires_at,
  services_started: view.services_started,
  services_failed: view.services_failed,
  state: stateOf(view),
  ttl_remaining_sec: remaining(view, now),
  waiting_for: view.waiting_for,
  correlation_id: correlationId,
});

export const targetStatus = (
  target: string,
  view: WindowView | null,
  now: number,
): z.infer<typeof windowStatusAnswer> => ({
  target,
  window_id: view?.window_id ?? null,
  is_open: view !== null && isOpenAt(view, now),
  state: view?.state ?? null,
  ttl_remaining_seconds: view === null || view.state !== 'open' ? null : remaining(view, now),
  opened_at: view?.opened_at ?? null,
  expires_at: view?.expires_at ?? null,
});

export const noSuchWindow = (id: string): VX11Error =>
  new VX11Error('window_not_found', `${id} is not known here; GET /vx11/windows lists all.`);

export const endedAlready = (view: WindowView): VX11Error =>
  new VX11Error(
    'window_ended',
    `${view.window_id} ended${view.closed_at === null ? '' : ` at ${view.closed_at}`}; open a new one.`,
  );
