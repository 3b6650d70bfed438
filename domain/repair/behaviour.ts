import type { CheckResult } from '../../contracts/checks.ts';
import type { Suite } from '../checks/suite.ts';
import { keyOfCheck } from './seen-result.ts';

/** Something that a patch changes; null where there is nothing. */
export interface Change {
  /** Such as `services.web.ports.0.target`, or the name of a check. */
  where: string;
  before: string | null;
  after: string | null;
}

/** What stands for the folder of a stack in a normal configuration. */
export const normalFolder = '.';

/** A configuration of Compose without the folder and the project of the copy that it was read in. */
export function normalConfig(
  config: unknown,
  { project, copy }: { project: string; copy: string },
): unknown {
  if (typeof config === 'string')
    return config.replaceAll(copy, normalFolder).replaceAll(project, 'stack');
  if (Array.isArray(config)) return config.map((one) => normalConfig(one, { project, copy }));
  if (typeof config !== 'object' || config === null) return config;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, normalConfig(value, { project, copy })]),
  );
}

/** The values that differ between two configurations, by their place. */
export function changesBetween(before: unknown, after: unknown, where = ''): Change[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return keys.flatMap((key) =>
      changesBetween(before[key], after[key], where === '' ? key : `${where}.${key}`),
    );
  }
  const [one, other] = [shown(before), shown(after)];
  return one === other ? [] : [{ where, before: one, after: other }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string | null =>
  value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);

type Answered = Pick<CheckResult, 'suite' | 'name' | 'attempts'>;

/**
 * The answers to GET checks that a patch changes. Answers that differ between runs of the unpatched copy, such as those
 * with a time, are left out.
 */
export function answerChanges(
  suites: readonly Suite[],
  baseline: readonly (readonly Answered[])[],
  run: readonly Answered[],
): Change[] {
  const asked = suites.flatMap(({ name: suite, checks }) =>
    checks
      .filter(({ kind, method }) => kind === 'http' && method === 'GET')
      .map(({ name }) => ({ suite, name })),
  );
  return asked.flatMap((check) => {
    const before = baseline.map((one) => answerTo(check, one));
    const after = answerTo(check, run);
    if (new Set(before).size > 1 || before[0] === after) return [];
    return [{ where: `${check.suite}/${check.name}`, before: before[0] ?? null, after }];
  });
}

const answerTo = (check: { suite: string; name: string }, run: readonly Answered[]) =>
  run.find((one) => keyOfCheck(one) === keyOfCheck(check))?.attempts.at(-1)?.evidence ?? null;
