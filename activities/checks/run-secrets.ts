import type { CheckRunView } from '../../contracts/checks.ts';
import { fillIn, type Context } from '../../domain/checks/context.ts';
import { masked, ownSecretsOf } from '../../domain/checks/secrets.ts';
import type { Check, Suite } from '../../domain/checks/suite.ts';
import type { KeptResult } from '../../store/checks/check-runs.ts';
import type { CheckDeps } from './deps.ts';

/** The secrets of all checks of a run, as written and as sent: a secret may contain a value that an earlier check stored. */
export interface RunSecrets {
  known: () => string[];
  /** Adds those of a check as it is sent. @returns the check, with the secrets of the whole run */
  sentWith: (check: Check) => Check;
  /** The result without any of them; nothing if it has none. */
  hiddenIn: (result: KeptResult) => KeptResult[];
}

export function runSecrets(suites: readonly Suite[], results: readonly KeptResult[]): RunSecrets {
  const sent = suites.flatMap(({ name, checks }) => {
    const own = results.filter(({ suite }) => suite === name);
    const context: Context = Object.assign({}, ...own.map(({ stored }) => stored)) as Context;
    return checks.flatMap((check) => [check, fillIn(check, context).check]);
  });
  const secrets = new Set(sent.flatMap(ownSecretsOf));
  const known = (): string[] => [...secrets];
  const hide = <T extends string | null>(text: T): T =>
    (text === null ? null : masked(text, known())) as T;
  return {
    known,
    sentWith(check) {
      for (const secret of ownSecretsOf(check)) secrets.add(secret);
      return { ...check, other_secrets: known() };
    },
    hiddenIn(result) {
      const attempts = result.attempts.map((one) => ({
        ...one,
        detail: hide(one.detail),
        evidence: hide(one.evidence),
      }));
      const hidden = { ...result, detail: hide(result.detail), attempts };
      return JSON.stringify(hidden) === JSON.stringify(result) ? [] : [hidden];
    },
  };
}

/** The secrets of a run, as far as its stored results know them. */
export const secretsOfRun = async (
  { power }: Pick<CheckDeps, 'power'>,
  { run_id }: CheckRunView,
  suites: readonly Suite[],
): Promise<string[]> => runSecrets(suites, await power.store.checks.results(run_id)).known();
