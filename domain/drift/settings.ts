import { driftExtension, ignoreRule, type IgnoreRule } from '../../contracts/drift.ts';

/** `x-vx11.drift` of the compose file, and what is wrong with it. */
export interface DriftSettings {
  watch_seconds: number;
  git: 'strict' | 'commit_first' | 'off';
  scans: string[];
  ignore: IgnoreRule[];
  problems: SettingProblem[];
}

export interface SettingProblem {
  /** Such as `x-vx11.drift.ignore.1.until`. */
  path: string;
  detail: string;
}

/** An ignore rule ends at most so many days ahead. */
export const mostDays = 90;
const mostRules = 100;

/** Days from one `YYYY-MM-DD` to another; negative if it is past. */
export const daysTo = (until: string, day: string): number =>
  (Date.parse(until) - Date.parse(day)) / 86_400_000;

const defaults = driftExtension.parse({});

/**
 * Reads the settings one by one: a mistake names its place and takes out that setting, or that rule, and nothing else.
 * @param day `YYYY-MM-DD`; a rule that ends too far ahead of it covers nothing
 */
export function readDriftSettings(given: unknown, day: string): DriftSettings {
  const problems: SettingProblem[] = [];
  const note = (path: readonly PropertyKey[], detail: string): void =>
    void problems.push({ path: ['x-vx11.drift', ...path.map(String)].join('.'), detail });
  const read: DriftSettings = { ...defaults, ignore: [], problems };
  if (given === undefined || given === null) return read;
  if (typeof given !== 'object' || Array.isArray(given)) {
    note([], 'it has to be a map with watch_seconds, git, scans and ignore');
    return read;
  }
  const { ignore, ...rest } = given as Record<string, unknown>;
  for (const [key, value] of Object.entries(rest)) {
    const parsed = driftExtension.safeParse({ [key]: value });
    if (parsed.success) Object.assign(read, { [key]: parsed.data[key as 'git'] });
    else note([key], parsed.error.issues[0]!.message);
  }
  if (ignore === undefined || ignore === null) return read;
  if (!Array.isArray(ignore)) {
    note(['ignore'], 'it has to be a list of rules');
    return read;
  }
  if (ignore.length > mostRules) note(['ignore'], `only the first ${mostRules} rules are read`);
  for (const [at, one] of ignore.slice(0, mostRules).entries()) {
    const parsed = ignoreRule.safeParse(one);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      note(['ignore', at, ...issue!.path], issue!.message);
    } else if (daysTo(parsed.data.until, day) > mostDays)
      note(['ignore', at, 'until'], `it is more than ${mostDays} days ahead`);
    else read.ignore.push(parsed.data);
  }
  return read;
}
