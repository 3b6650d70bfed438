import type { z } from 'zod';
import type { windowBar } from '../../contracts/operator-api.ts';
import { expiryOf, isOpen } from '../../domain/windows/window.ts';
import type { Snapshot } from '../reads/snapshot.ts';
import { remaining } from '../windows/answers.ts';

export type WindowBar = z.infer<typeof windowBar>;

/** The open window that ends last; without one, the newest that is on its way. */
export function windowBarOf({ windows }: Snapshot, now: number): WindowBar {
  const open = windows.filter(isOpen);
  const [view] = open.length > 0 ? open.toSorted((a, b) => expiryOf(b) - expiryOf(a)) : windows;
  if (view === undefined) {
    const none = { window_id: null, services: [], ttl_seconds: null, reason: null };
    return { mode: 'solo_madre', degraded: false, ...none };
  }
  return {
    mode: 'window_active',
    window_id: view.window_id,
    services: view.services,
    ttl_seconds: remaining(view, now),
    degraded: view.services_failed.length > 0,
    reason: view.reason,
  };
}
