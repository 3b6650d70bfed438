import {
  isSame,
  listOf,
  mapOf,
  textOf,
  weakening,
  type ComposeModel,
  type Weakening,
} from './word.ts';

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

const ownOf = (service: unknown): Record<string, unknown> => mapOf(mapOf(service)['x-vx11']);
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

/** Every text in the conditions and bodies of declared checks. */
export const conditionsOf = (model: ComposeModel | null): string[] =>
  checksIn(model).flatMap(({ conditions }) => listOf(conditions).map(textOf));

function checksIn(model: ComposeModel | null): Record<string, unknown>[] {
  const own = [mapOf(model?.['x-vx11']), ...Object.values(mapOf(model?.['services'])).map(ownOf)];
  return own
    .flatMap((one) => [
      ...listOf(one['checks']),
      ...listOf(one['suites']).flatMap((suite) => listOf(mapOf(suite)['endpoints'])),
    ])
    .map(mapOf);
}

/** The code of declared task checks, which are tests of programs. */
export function taskCodesOf(model: ComposeModel | null): string[] {
  return checksIn(model).flatMap(({ task }) =>
    typeof task === 'string'
      ? [task]
      : (['python', 'shell', 'node'] as const).map((language) => textOf(mapOf(task)[language])),
  );
}

/** Files that checks are imported from, relative to the folder of the stack. */
export const checkFilesOf = (model: ComposeModel | null): string[] => {
  const { import: files } = mapOf(model?.['x-vx11']);
  return (Array.isArray(files) ? files : [files])
    .map(textOf)
    .map((path) => path.replace(/^\.\//, ''));
};
