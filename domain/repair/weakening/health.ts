import { parseDuration } from '../../services/compose-units.ts';
import { cannotFail } from './shell.ts';
import { mapOf, weakening, type Weakening } from './word.ts';
import { commandOf, lessThan } from './health-command.ts';

/** The longest time that a service may be unhealthy at its start, in ms. */
const longestStart = 10 * 60_000;

/** Whether a service's health check says less than before. */
export function healthWeakening(service: string, was: unknown, is: unknown): Weakening | null {
  const [before, after] = [mapOf(was), mapOf(is)];
  const [old, test] = [commandOf(before), commandOf(after)];
  if (test === null)
    return old === null
      ? null
      : weakening('health_check_removed', service, 'its health check is gone');
  const changed = old !== test;
  if (changed && cannotFail(test))
    return weakening('health_check_cannot_fail', service, 'its health check cannot fail');
  const less = old === null || !changed ? null : lessThan(old, test);
  if (less !== null) return weakening('health_check_weakened', service, less);
  return old === null ? null : patience(service, before, after);
}

function patience(
  service: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Weakening | null {
  const more = (key: string): boolean => {
    const [was, is] = [amount(before[key]), amount(after[key])];
    return is !== null && (was === null ? key === 'retries' && is > 10 : is > was);
  };
  const key = ['retries', 'interval', 'timeout'].find(more);
  if (key !== undefined)
    return weakening('health_check_weakened', service, `its health check has a longer ${key}`);
  const start = amount(after['start_period']);
  return start !== null && start > longestStart && more('start_period')
    ? weakening('health_check_weakened', service, 'its start period is longer than 10 minutes')
    : null;
}

const amount = (value: unknown): number | null =>
  typeof value === 'number' ? value : typeof value === 'string' ? parseDuration(value) : null;
