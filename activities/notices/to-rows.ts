import type { DeclaredChannel, DeclaredNotify } from '../../contracts/notice-channel.ts';
import type { Notice } from '../../contracts/notice.ts';
import { rankOf } from '../../domain/notices/grouping.ts';
import { dueAt } from '../../domain/notices/quiet-hours.ts';
import { cleanLine, cleanText } from '../../platform/clean-text.ts';
import { sha256 } from '../../platform/hash.ts';
import type { NewNotice } from '../../store/notices/outbox.ts';

const mostTitle = 300;
const mostText = 2000;

/** Whether a channel gets notices of this kind. One with a mistake gets none. */
const wants = ({ source, events, severity }: DeclaredChannel, notice: Notice): boolean =>
  source !== null && events.includes(notice.type) && rankOf(notice.severity) >= rankOf(severity);

/** The end of something goes where its beginning went, and nowhere else. */
const ends: ReadonlySet<string> = new Set(['incident.resolved']);

/**
 * A notice as a row for each channel that gets it. Texts of services lose what nobody sees or a terminal obeys.
 * @param cause what it comes from: each channel gets the same cause once
 */
export function toRows(
  notice: Notice,
  cause: string,
  { channels, quiet }: DeclaredNotify,
  now: number,
): NewNotice[] {
  const title = cleanLine(notice.title).slice(0, mostTitle);
  const text = cleanText(notice.text).text.slice(0, mostText);
  const due_at = dueAt(quiet, notice.severity, now);
  return channels
    .filter((channel) => wants(channel, notice))
    .map(({ name }) => ({
      id: sha256(JSON.stringify([cause, name])).slice(0, 32),
      channel: name,
      due_at,
      notice: { ...notice, title, text },
      ...(ends.has(notice.type) && { follows: true }),
    }));
}
