import type { DeclaredNotify } from '../../contracts/notice-channel.ts';
import { deadlineNotice } from '../../domain/notices/deadline-notice.ts';
import { noticeOfEvent } from '../../domain/notices/notices-of-event.ts';
import { isRepeated, repeatNotice } from '../../domain/notices/repeat-notice.ts';
import type { NoticeDeps } from './deps.ts';
import { toRows } from './to-rows.ts';

/** Turns the events since the last look into notices. */
export async function collectEvents(deps: NoticeDeps, notify: DeclaredNotify): Promise<void> {
  const { store, host, clock, ownsPlans } = deps;
  const isOurs = (of: string | null): boolean => (of === null ? ownsPlans : of === host);
  let more = true;
  while (more) {
    more = await store.outbox.collect(host, (event) => {
      const notice = isOurs(event.host) ? noticeOfEvent(event) : null;
      return notice === null ? [] : toRows(notice, `${host}/event/${event.seq}`, notify, clock());
    });
  }
}

/** Warns of the deadlines of open windows, once for each deadline. */
export async function collectDeadlines(deps: NoticeDeps, notify: DeclaredNotify): Promise<void> {
  const { store, host, clock } = deps;
  if (notify.channels.length === 0) return;
  const now = clock();
  const open = await store.windows.live(host);
  const rows = open.flatMap((view) => {
    const notice = deadlineNotice(view, notify.warn_before_seconds * 1000, now);
    if (notice === null) return [];
    return toRows(notice, `${view.window_id}/deadline/${view.expires_at}`, notify, now);
  });
  const known = await store.outbox.known(rows.map(({ id }) => id));
  const fresh = rows.filter(({ id }) => !known.has(id));
  if (fresh.length > 0) await store.outbox.add(host, fresh);
}

/** Reminds each channel of incidents that are still open, once for each time that has passed since it last got a notice of them. */
export async function collectRepeats(deps: NoticeDeps, notify: DeclaredNotify): Promise<void> {
  const { store, host, clock } = deps;
  const everyMs = notify.repeat_seconds * 1000;
  if (notify.channels.length === 0 || !(everyMs > 0)) return;
  const now = clock();
  const open = (await store.incidents.unresolved(host, now - everyMs)).filter(isRepeated);
  if (open.length === 0) return;
  const last = await store.outbox.newest(
    host,
    open.map(({ incident_id }) => incident_id),
  );
  const rows = open.flatMap((incident) => {
    const times = Math.floor((now - Date.parse(incident.detected_at)) / everyMs);
    const cause = `${incident.incident_id}/repeat/${everyMs}/${times}`;
    return toRows(repeatNotice(incident, now), cause, notify, now).filter(({ channel }) => {
      const before = last.find(
        (one) => one.channel === channel && one.subject === incident.incident_id,
      );
      return before === undefined || (!before.waits && now - before.at >= everyMs);
    });
  });
  if (rows.length > 0) await store.outbox.add(host, rows);
}
