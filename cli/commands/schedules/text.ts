import type { z } from 'zod';
import type {
  scheduleListAnswer,
  ScheduleView,
  steeredSchedule,
} from '../../../contracts/schedule.ts';
import type { WindowScheduleView } from '../../../contracts/window-schedule.ts';
import { plainText } from '../../../platform/clean-text.ts';
import { showDuration } from '../../duration.ts';
import { table } from '../../table.ts';
import { showTime } from '../../time.ts';

export function listText({ schedules, windows }: z.infer<typeof scheduleListAnswer>): string {
  if (schedules.length === 0 && windows.length === 0)
    return 'There is no schedule; docs/schedules.md shows x-vx11.schedule, and vx11 schedule add.';
  const parts = [
    ...(windows.length > 0 ? [windowsText(windows)] : []),
    ...(schedules.length > 0 ? [checksText(schedules)] : []),
  ];
  return parts.join('\n\n');
}

function checksText(schedules: ScheduleView[]): string {
  const rows = schedules.map((one) => [
    one.name,
    one.suites.join(', ') || 'all',
    timesOf(one),
    one.paused
      ? `paused: ${one.note ?? ''}`
      : one.next[0] === undefined
        ? ''
        : showTime(one.next[0]),
    one.last_run_id ?? '',
    String(one.skipped),
    String(one.missed),
    one.problems.join('; '),
  ]);
  const heads = ['SCHEDULE', 'SUITES', 'WHEN', 'NEXT', 'LAST RUN', 'SKIPPED', 'MISSED', 'PROBLEM'];
  return table(heads, rows);
}

function timesOf({ cron, timezone, every_seconds }: ScheduleView): string {
  const every = every_seconds === null ? [] : [`every ${showDuration(every_seconds)}`];
  return [...cron.map((one) => `${one} ${timezone}`), ...every].join(', ');
}

function windowsText(windows: WindowScheduleView[]): string {
  const rows = windows.map((one) => [
    one.name,
    one.services.join(', '),
    one.cron.map((cron) => `${cron} ${one.timezone}`).join(', '),
    showDuration(one.ttl_seconds),
    one.paused ? `paused: ${one.note ?? ''}` : nextText(one),
    one.last[0] === undefined ? '' : `${one.last[0].slot} ${one.last[0].outcome}`,
    one.source,
    one.problems.join('; '),
  ]);
  const heads = ['WINDOW', 'SERVICES', 'WHEN', 'TTL', 'NEXT', 'LAST', 'FROM', 'PROBLEM'];
  return table(heads, rows);
}

const nextText = ({ next: [first] }: WindowScheduleView): string =>
  first === undefined ? '' : `${first.local}${first.moved ? ' (moved)' : ''}`;

export const addedText = (one: WindowScheduleView): string =>
  plainText(`${one.name} opens ${one.services.join(', ')} for ${showDuration(one.ttl_seconds)}`)
    .concat(
      '\n',
      one.next.map(({ local, moved }) => `  ${local}${moved ? ' (moved)' : ''}`).join('\n'),
    )
    .concat(`\n  remove it:  vx11 schedule remove ${one.name}`);

export function steeredText({ name, paused, note, next }: z.infer<typeof steeredSchedule>): string {
  if (paused) return plainText(`${name} is paused${note === null ? '' : `: ${note}`}`);
  const [first] = next;
  const at = first === undefined ? null : typeof first === 'string' ? first : first.at;
  return plainText(`${name} runs again${at === null ? '' : `, next at ${showTime(at)}`}`);
}
