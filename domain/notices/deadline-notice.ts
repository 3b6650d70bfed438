import type { Notice } from '../../contracts/notice.ts';
import type { WindowView } from '../../contracts/window.ts';
import { isOpen } from '../windows/window.ts';

/** A short window is warned of when this part of its time is left. */
const leastPart = 4;

/** When people are warned of a window's deadline, in epoch ms; null if it has none. */
export function warnAt(
  { opened_at, expires_at }: Pick<WindowView, 'opened_at' | 'expires_at'>,
  beforeMs: number,
): number | null {
  if (opened_at === null || expires_at === null) return null;
  const [from, to] = [Date.parse(opened_at), Date.parse(expires_at)];
  return to - Math.min(beforeMs, (to - from) / leastPart);
}

/** The warning that is due for a window; null before its time, after its deadline, and where it was closed already. */
export function deadlineNotice(view: WindowView, beforeMs: number, now: number): Notice | null {
  const due = isOpen(view) ? warnAt(view, beforeMs) : null;
  if (due === null || now < due || now >= Date.parse(view.expires_at!)) return null;
  const { window_id, expires_at, max_expires_at } = view;
  const canExtend = max_expires_at === null || max_expires_at > expires_at!;
  return {
    type: 'window.deadline',
    severity: 'warn',
    title: `${view.services.join(', ')} will stop at ${expires_at}`,
    text: canExtend
      ? `The window ${window_id} of ${view.owner} ends then. vx11 extend ${window_id} --by 30m gives it more time, vx11 close ${window_id} ends it now.`
      : `The window ${window_id} of ${view.owner} ends then and cannot be extended further; open a new one after it.`,
    subject: window_id,
    at: new Date(now).toISOString(),
    valid_until: expires_at,
  };
}
