import { maxExpiresAt } from '../../contracts/max-expiry.ts';
import type { Receipt, ServiceFailure, WindowView } from '../../contracts/window.ts';
import { clampDeadline, type Deadline } from './deadline.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** A request for a window; times in ms; `ttl_ms` is null for a hold. */
export interface WindowRequest {
  window_id: string;
  kind: WindowView['kind'];
  host: string;
  target: string | null;
  services: string[];
  ttl_ms: number | null;
  max_ttl_ms: number;
  owner: string;
  reason: string | null;
  correlation_id: string;
}

/** A new window whose opening has not begun. */
export const requested = (request: WindowRequest, now: number): WindowView => ({
  ...request,
  members: [],
  state: 'requested',
  mode: request.ttl_ms === null ? 'hold' : 'ttl',
  ttl_ms: request.ttl_ms === null ? null : Math.min(request.ttl_ms, request.max_ttl_ms),
  requested_at: iso(now),
  opened_at: null,
  expires_at: null,
  max_expires_at: null,
  closed_at: null,
  extensions: 0,
  services_started: [],
  services_failed: [],
  waiting_for: null,
  approval: null,
  receipt: null,
});

/** Whether a window has ended; an ended window never changes. */
export const hasEnded = (view: WindowView): boolean =>
  view.state === 'closed' || view.state === 'failed';

export const isOpen = (view: WindowView): boolean => view.state === 'open';

/** When the window ends, in epoch ms; a hold never does. */
export const expiryOf = ({ expires_at }: WindowView): number =>
  expires_at === null ? Infinity : Date.parse(expires_at);

export const opening = (view: WindowView, members: string[]): WindowView => ({
  ...view,
  state: 'opening',
  members,
  waiting_for: null,
});

export const queued = (view: WindowView, because: string): WindowView => ({
  ...view,
  state: 'queued',
  waiting_for: because,
});

/** The deadline counts from the opening, not from the request. */
export function opened(
  view: WindowView,
  now: number,
  result: { started: string[]; failed: ServiceFailure[] },
): WindowView {
  const ttl = view.ttl_ms;
  const opened_at = iso(now);
  return {
    ...view,
    state: 'open',
    members: view.members.filter((member) => result.started.includes(member)),
    opened_at,
    max_expires_at: maxExpiresAt({ ...view, opened_at }),
    expires_at: ttl === null ? null : iso(clampDeadline(now + ttl, now, view.max_ttl_ms).at),
    services_started: result.started,
    services_failed: result.failed,
    waiting_for: null,
  };
}

export const closing = (view: WindowView): WindowView => ({ ...view, state: 'closing' });

export const closed = (view: WindowView, receipt: Receipt): WindowView => ({
  ...view,
  state: 'closed',
  closed_at: receipt.closed_at,
  waiting_for: null,
  receipt,
});

export const failed = (view: WindowView, now: number, failures: ServiceFailure[]): WindowView => ({
  ...view,
  state: 'failed',
  closed_at: iso(now),
  services_started: [],
  services_failed: failures,
  waiting_for: null,
});

/** The window with a deadline `ttlMs` from now, limited by its max_ttl. */
export function renewed(view: WindowView, ttlMs: number, now: number): DeadlineMove {
  return moved({ ...view, ttl_ms: ttlMs }, now + ttlMs);
}

/** The window with its deadline moved later by `byMs`, limited by its max_ttl. */
export function extended(view: WindowView, byMs: number): DeadlineMove {
  return moved(view, Date.parse(view.expires_at!) + byMs);
}

export interface DeadlineMove {
  view: WindowView;
  deadline: Deadline;
}

function moved(view: WindowView, wanted: number): DeadlineMove {
  const deadline = clampDeadline(wanted, Date.parse(view.opened_at!), view.max_ttl_ms);
  return {
    view: { ...view, expires_at: iso(deadline.at), extensions: view.extensions + 1 },
    deadline,
  };
}

/** The window without a service that was removed from it. */
export const without = (view: WindowView, service: string): WindowView => ({
  ...view,
  members: view.members.filter((member) => member !== service),
});

/** A one-line title, shown for example for the window's run in Temporal's UI. */
export function windowTitle(view: WindowView): string {
  const span = view.ttl_ms === null ? 'on hold' : `for ${Math.ceil(view.ttl_ms / 60_000)} min`;
  return `${view.services.join(', ')} ${span}${view.reason === null ? '' : `: ${view.reason}`}`;
}
