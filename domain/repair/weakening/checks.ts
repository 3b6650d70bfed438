import { isSame, mapOf, weakening, type ComposeModel, type Weakening } from './word.ts';

/** What a patch changes of the checks and suites that judge it, and of the settings of VX11. */
export function checkWeakenings(before: ComposeModel, after: ComposeModel): Weakening[] {
  const [old, now] = [mapOf(before['services']), mapOf(after['services'])];
  const services = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return [
    ...compare(null, mapOf(before['x-vx11']), mapOf(after['x-vx11'])),
    ...services
      .filter((name) => Object.hasOwn(now, name))
      .flatMap((name) => compare(name, ownOf(old[name]), ownOf(now[name]))),
  ];
}

/** The `x-vx11` of a service. */
export const ownOf = (service: unknown): Record<string, unknown> => mapOf(mapOf(service)['x-vx11']);
const judges = new Set(['checks', 'suites', 'import', 'hurl', 'openapi', 'load']);

function compare(
  where: string | null,
  was: Record<string, unknown>,
  is: Record<string, unknown>,
): Weakening[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (key) => !isSame(was[key], is[key]),
  );
  return keys.map((key) => {
    if (!judges.has(key)) return weakening('policy_changed', where, `x-vx11.${key} is another one`);
    const [old, now] = [countOf(was[key]), countOf(is[key])];
    return now < old
      ? weakening('check_removed', where, `x-vx11.${key} has fewer entries`)
      : weakening('check_changed', where, `x-vx11.${key} is another one`);
  });
}

/** Checks, the endpoints of suites, and their conditions. */
const countOf = (value: unknown): number =>
  Array.isArray(value)
    ? value.reduce<number>(
        (sum, one) =>
          sum + 1 + countOf(mapOf(one)['endpoints']) + countOf(mapOf(one)['conditions']),
        0,
      )
    : value === undefined || value === null
      ? 0
      : 1;
