import { timeout } from '../../platform/timeout.ts';

/** What one look at the machine gave. A `fix` says what to do; it is there unless all is well. */
export interface Finding {
  name: string;
  state: 'ok' | 'warn' | 'fail';
  detail: string;
  fix?: string;
}

/** Looks at one thing, or at some that belong together. What it throws becomes a failure. */
export interface Check {
  name: string;
  /** What to do where the look itself fails. */
  fix: string;
  look: () => Promise<Finding[]>;
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

/** Makes all looks at once, and gives what they found in the order of the checks. */
export async function examine(checks: Check[]): Promise<Finding[]> {
  const found = await Promise.all(
    checks.map(async ({ name, fix, look }) => {
      try {
        return await timeout(limitMs, 'looking at it', look());
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        return [fail(name, words.split('\n')[0] ?? '', fix)];
      }
    }),
  );
  return found.flat();
}

/** Whether a version such as `1.1.5+ds1` is at least another one, number by number. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string) => (/\d+(\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  for (const [at, wanted] of want.entries())
    if ((have[at] ?? 0) !== wanted) return (have[at] ?? 0) > wanted;
  return true;
}
