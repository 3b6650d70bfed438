/** The values that an expression allows; days of the week from 0, Sunday. */
export interface CronSets {
  minutes: readonly number[];
  hours: readonly number[];
  /** Every hour: it follows real time where clocks change. */
  hourly: boolean;
  isDay(day: { date: number; month: number; weekday: number }): boolean;
}

const range = (count: number, first = 0): number[] =>
  Array.from({ length: count }, (_, nth) => nth + first);

/** @param expression of five fields in figures, as `readCron` returns it */
export function cronSets(expression: string): CronSets {
  const [minute = '', hour = '', date = '', month = '', weekday = ''] = expression.split(' ');
  const valuesOf = (field: string, all: number[]): number[] =>
    field === '*' ? all : field.split(',').map(Number);
  const dates = new Set(valuesOf(date, range(31, 1)));
  const months = new Set(valuesOf(month, range(12, 1)));
  const weekdays = new Set(valuesOf(weekday, range(7)));
  return {
    minutes: valuesOf(minute, range(60)),
    hours: valuesOf(hour, range(24)),
    hourly: hour === '*',
    isDay: (day) => dates.has(day.date) && months.has(day.month) && weekdays.has(day.weekday),
  };
}
