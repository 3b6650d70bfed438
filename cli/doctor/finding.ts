import { timeout } from '../../platform/concurrency/timeout.ts';

/** The result of one check. `fix` says what to do; it is present unless the state is `ok`. */
export interface Finding {
  name: string;
  state: 'ok' | 'warn' | 'fail';
  detail: string;
  fix?: string;
}

/** Checks one thing, or several that belong together. An error that it throws becomes a `fail` finding. */
export interface Check {
  name: string;
  /** What to do if the check itself fails. */
  fix: string;
  run: () => Promise<Finding[]>;
}

export const ok = (name: string, detail: string): Finding => ({ name, state: 'ok', detail });
export const warn = (name: string, detail: string, fix: string): Finding => ({
  name,
  state: 'warn',
  detail,
  fix,
});
export const fail = (name: string, detail: string, fix: string): Finding => ({
  name,
  state: 'fail',
  detail,
  fix,
});

const limitMs = 15_000;

/** Runs all checks at once and returns their findings in the order of the checks. */
export async function examine(checks: Check[]): Promise<Finding[]> {
  const found = await Promise.all(
    checks.map(async ({ name, fix, run }) => {
      try {
        return await timeout(limitMs, 'the check', run());
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return [fail(name, message.split('\n')[0] ?? '', fix)];
      }
    }),
  );
  return found.flat();
}

/** Compares two versions number by number; a suffix as in `1.1.5+ds1` is ignored. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string) => (/\d+(\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  for (const [at, wanted] of want.entries())
    if ((have[at] ?? 0) !== wanted) return (have[at] ?? 0) > wanted;
  return true;
}
