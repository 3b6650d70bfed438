import { showDuration } from './duration.ts';

/** Formats an instant as local time, with the date unless it is today. */
export function showTime(instant: string | number, now = Date.now()): string {
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** Formats a deadline as local time with the time left, such as `14:20:00 (in 9m 59s)`. */
export function showDeadline(instant: string | null, now = Date.now()): string {
  if (instant === null) return 'on hold, no deadline';
  const left = (Date.parse(instant) - now) / 1000;
  return `${showTime(instant, now)} (${left >= 0 ? `in ${showDuration(left)}` : `${showDuration(-left)} ago`})`;
}
