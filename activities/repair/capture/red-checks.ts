import { fillIn, type Context } from '../../../domain/checks/context.ts';
import type { Suite } from '../../../domain/checks/suite.ts';
import { programOf } from './sandbox-programs.ts';
import type { RedCheck } from '../../../domain/repair/capture.ts';
import type { KeptResult } from '../../../store/checks/check-runs.ts';

/** The red checks of a run, with what their requests were and what was seen, before masking. */
export function redChecks(suites: readonly Suite[], results: readonly KeptResult[]): RedCheck[] {
  return results
    .filter(({ status }) => /^(failed|timeout|error)$/.test(status))
    .map(({ nth: _nth, attempts, stored: _stored, ...result }) => {
      const { name, suite, kind, service, status, cause, detail } = result;
      const check = suites
        .find((one) => one.name === suite)
        ?.checks.find((one) => one.name === name);
      const stored = results.filter((one) => one.suite === suite).map((one) => one.stored);
      const context = Object.assign({}, ...stored) as Context;
      const url = check === undefined ? null : fillIn(check, context).check.url;
      const evidence = attempts.at(-1)?.evidence ?? null;
      const blamed = kind === 'task' ? programOf({ suite, name }) : service;
      return { name, suite, kind, service: blamed, status, cause, detail, url, evidence };
    });
}
