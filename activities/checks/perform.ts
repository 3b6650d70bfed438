import pLimit from 'p-limit';
import type { CheckAttempt } from '../../contracts/checks.ts';
import { fillIn } from '../../domain/checks/context.ts';
import { mayTryAgain, outcomeOf } from '../../domain/checks/outcome.ts';
import { loadPosition, thresholdName } from '../../domain/checks/load/read-load.ts';
import { hasEffect, type Check, type Suite } from '../../domain/checks/suite.ts';
import { coalesce } from '../../platform/concurrency/coalesce.ts';
import type { KeptResult } from '../../store/checks/check-runs.ts';
import { createChecker } from './checker.ts';
import type { CheckDeps } from './deps.ts';
import type { CheckPlace } from './place.ts';
import { performLoad } from './load/perform-load.ts';
import { runSecrets } from './run-secrets.ts';
import type { Surroundings } from './surroundings.ts';
import { tryCheck } from './kinds/try-check.ts';
import { isoTime } from '../../platform/time.ts';

/** How many checks run side by side. */
export const concurrency = 4;

/** Runs every check that has no result yet, and writes results as they come. */
export async function performChecks(
  deps: CheckDeps,
  place: CheckPlace,
  suites: readonly Suite[],
  around: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = deps.power;
  const known = await place.results();
  const keyOf = (suite: string, name: string): string => JSON.stringify([suite, name]);
  const results = new Map(known.map((one) => [keyOf(one.suite, one.name), one]));
  const secrets = runSecrets(suites, known);
  const checker = createChecker();
  const slot = pLimit(concurrency);
  const loadSlot = pLimit(1);
  const unsaved = new Set<KeptResult>();
  const flush = coalesce(async () => {
    const batch = [...unsaved];
    unsaved.clear();
    await place.save(batch);
  });
  const note = (...ended: KeptResult[]): Promise<void> => {
    for (const result of ended) {
      results.set(keyOf(result.suite, result.name), result);
      unsaved.add(result);
    }
    return flush();
  };

  const run = async (
    suite: string,
    check: Check,
    before: KeptResult,
    context: Record<string, string>,
  ): Promise<KeptResult> => {
    const away = check.service === null ? undefined : around.away.get(check.service);
    if (away !== undefined) return { ...before, ...away };
    const { check: filled, missing } = fillIn(check, context);
    if (missing !== null) {
      const detail = `no check stored ${missing}`;
      return { ...before, status: 'skipped', cause: 'no_context', detail };
    }
    const attempts: CheckAttempt[] = [];
    let stored = {};
    while (attempts.length <= check.retries) {
      signal.throwIfAborted();
      const started_at = isoTime(clock());
      // written before it is sent: if this process dies, nobody knows whether it had its effect
      if (hasEffect(check)) {
        const detail = 'the process died after the request was sent; it is not repeated';
        await note({ ...before, status: 'interrupted', cause: 'interrupted', detail, started_at });
      }
      const attempt = attempts.length + 1;
      const one = { suite, check: secrets.sentWith(filled), context, attempt };
      const { stored: values, ...seen } = await tryCheck(deps, place, checker, one, around, signal);
      attempts.push({ attempt, ...seen, started_at });
      deps.metrics.checked(seen.ms / 1000);
      stored = values;
      if (!mayTryAgain(seen)) break;
    }
    return { ...before, ...outcomeOf(attempts), attempts, stored };
  };

  const perform = async (
    suite: Suite,
    check: Check,
    blocked: KeptResult | null,
    context: Record<string, string>,
  ): Promise<KeptResult> => {
    const before = results.get(keyOf(suite.name, check.name));
    if (before === undefined) throw new Error(`${suite.name}/${check.name} was not planned`);
    if (!isOpen(before)) return before;
    signal.throwIfAborted();
    const result =
      blocked !== null && !check.always_run
        ? { ...before, ...skippedAfter(blocked) }
        : await run(suite.name, check, before, context);
    await note(result);
    return result;
  };

  /** @returns its first threshold that does not hold, if the checks before it are good */
  const performLoadOf = async (
    { name, load }: Suite,
    blocked: KeptResult | null,
    context: Record<string, string>,
  ): Promise<KeptResult | null> => {
    const { run: checkRun } = place;
    if (load === null || checkRun === null) return blocked;
    const names = load.thresholds.map(thresholdName);
    const before = names.map((one) => results.get(keyOf(name, one))!);
    if (before.some(isOpen)) {
      const away = around.away.get(load.endpoint.service ?? '');
      const unfit = away ?? (blocked === null ? undefined : skippedAfter(blocked));
      const { addresses } = around;
      const endpoint = secrets.sentWith(load.endpoint);
      const order = { run: checkRun, suite: name, load: { ...load, endpoint }, context, addresses };
      const keep = (ended: KeptResult[]) => note(...ended);
      const ended =
        unfit === undefined
          ? await loadSlot(() => performLoad(deps, order, before, keep, signal))
          : before.map((one) => ({ ...one, ...unfit }));
      await note(...ended);
    }
    return (
      blocked ??
      names.map((one) => results.get(keyOf(name, one))!).find((one) => !isGood(one)) ??
      null
    );
  };

  const inOrder = async (suite: Suite): Promise<void> => {
    const context: Record<string, string> = {};
    let blocked: KeptResult | null = null;
    const each = async (checks: readonly Check[]): Promise<void> => {
      for (const check of checks) {
        const result = await perform(suite, check, blocked, context);
        Object.assign(context, result.stored);
        if (!isGood(result)) blocked ??= result;
      }
    };
    const at = loadPosition(suite);
    await each(suite.checks.slice(0, at));
    blocked = await performLoadOf(suite, blocked, context);
    await each(suite.checks.slice(at));
  };
  const sideBySide = async (suite: Suite): Promise<void> => {
    const done = new Map<string, Promise<KeptResult>>();
    for (const check of suite.checks) {
      const before = check.depends_on.map((name) => done.get(name)!);
      const work = Promise.all(before).then((needed) => {
        const blocked = needed.find((one) => !isGood(one)) ?? null;
        return slot(() => perform(suite, check, blocked, {}));
      });
      done.set(check.name, work);
    }
    const ends = await Promise.allSettled(done.values());
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };
  try {
    const ends = await Promise.allSettled(
      suites.map((suite) =>
        suite.kind === 'suite' ? slot(() => inOrder(suite)) : sideBySide(suite),
      ),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    // a check that ran early may have seen a secret that became known later
    const late = [...results.values()].flatMap(secrets.hiddenIn);
    if (late.length > 0) await note(...late);
  } finally {
    checker.close();
    await flush();
  }
}

/** A check that has no result yet; a threshold over nothing has one. */
const isOpen = ({ status, cause }: KeptResult): boolean =>
  status === 'not_run' && cause === 'not_run';

const isGood = ({ status }: KeptResult): boolean => status === 'passed' || status === 'flaky';

const skippedAfter = ({ name, status }: KeptResult): Partial<KeptResult> => ({
  status: 'skipped',
  cause: 'after_failure',
  detail: `${name} ended ${status}`,
});
