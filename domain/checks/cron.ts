interface Field {
  name: string;
  from: number;
  to: number;
  names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: months },
  // 7 is Sunday as well
  { name: 'day of the week', from: 0, to: 7, names: days },
];
/** The most days that each month may have. */
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a cron expression of five fields. Where it names days of the month and of the week, either one is enough, as in
 * cron; Temporal wants all fields of an expression to match, so that becomes two expressions.
 * @returns the expressions for Temporal, in figures only
 * @throws Error that names the field and what it may be
 */
export function readCron(text: string): string[] {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length)
    throw new Error(
      `"${text}" has ${parts.length} fields; write minute, hour, day of the month, month and day of the week, such as 30 2 * * 1-5`,
    );
  const values = parts.map((part, at) => valuesOf(part, fields[at]!));
  const [, , dates, inMonths] = values;
  const longest = Math.max(...inMonths!.map((month) => monthDays[month - 1]!));
  const [minute, hour, date, month, day] = values.map((one, at) => textOf(one, fields[at]!));
  if (date !== '*' && day !== '*')
    return [`${minute} ${hour} ${date} ${month} *`, `${minute} ${hour} * ${month} ${day}`];
  if (Math.min(...dates!) > longest) throw new Error(`"${text}" names a day that never comes`);
  return [`${minute} ${hour} ${date} ${month} ${day}`];
}

/** The figures of a field, in order. */
function valuesOf(part: string, field: Field): number[] {
  const found = new Set<number>();
  for (const item of part.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
    const [first, second, ...rest] = range.split('-');
    // a first figure with a step counts up to the end, and the week does not have two Sundays
    const end = field.to === 7 ? 6 : field.to;
    const last = second ?? (step === undefined ? first : String(end));
    const by = Number(step ?? 1);
    const [from, to] =
      range === '*' ? [field.from, field.to] : [valueOf(first, field), valueOf(last, field)];
    if (from === null || to === null || from > to || rest.length > 0 || by < 1)
      throw new Error(
        `"${part}" is no ${field.name}: write ${field.from} to ${field.to}, lists such as 1,2, ranges such as 1-5, * or */15`,
      );
    for (let value = from; value <= to; value += by) found.add(value);
  }
  return [...found].toSorted((one, other) => one - other);
}

function valueOf(text: string | undefined, { from, to, names }: Field): number | null {
  const named = names?.indexOf((text ?? '').toLowerCase()) ?? -1;
  const value = named >= 0 ? named + (from === 1 ? 1 : 0) : Number(text);
  const isFigure = named >= 0 || /^\d{1,2}$/.test(text ?? '');
  return isFigure && value >= from && value <= to ? value : null;
}

const textOf = (values: readonly number[], { from, to }: Field): string => {
  const week = to === 7;
  const kept = new Set(values.map((value) => (week ? value % 7 : value)));
  const isAll = kept.size === to - from + (week ? 0 : 1);
  return isAll ? '*' : [...kept].toSorted((one, other) => one - other).join(',');
};
