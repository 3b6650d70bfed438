import type { CheckRunView } from '../../../contracts/checks.ts';
import { fillIn } from '../../../domain/checks/context.ts';
import { masked, secretsOf } from '../../../domain/checks/secrets.ts';
import { judgeLoad } from '../../../domain/checks/load/judge-load.ts';
import type { LoadEnd } from '../../../domain/checks/load/load-end.ts';
import { loadEvidence } from '../../../domain/checks/load/load-evidence.ts';
import type { Shares } from '../../../domain/checks/load/shares.ts';
import type { Pace } from '../../../domain/checks/load/pace.ts';
import { hasEffect, type Load } from '../../../domain/checks/suite.ts';
import { isoTime } from '../../../platform/time.ts';
import type { KeptResult } from '../../../store/checks/check-runs.ts';
import { linesInto } from '../collect/lines.ts';
import type { CheckDeps } from '../deps.ts';
import { watchUsage } from '../service-usage.ts';
import { asOnlyLoad } from './lease.ts';
import { startLoadProcess } from './load-process.ts';
import { runLoad } from './run-load.ts';

/** One load of a run, and what it is sent with. */
export interface LoadOrder {
  run: CheckRunView;
  suite: string;
  load: Load;
  context: Record<string, string>;
  addresses: Record<string, string>;
}

/**
 * Sends the requests of a load and judges its thresholds.
 * @param before the results of its thresholds, in their order
 * @param note keeps results at once: what has an effect is not sent twice, whatever dies
 */
export async function performLoad(
  deps: CheckDeps,
  order: LoadOrder,
  before: readonly KeptResult[],
  note: (results: KeptResult[]) => Promise<void>,
  signal: AbortSignal,
): Promise<KeptResult[]> {
  const { run, suite, context } = order;
  const all = (change: Partial<KeptResult>) => before.map((one) => ({ ...one, ...change }));
  const { check: endpoint, missing } = fillIn(order.load.endpoint, context);
  if (missing !== null) {
    return all({ status: 'skipped', cause: 'no_context', detail: `no check stored ${missing}` });
  }
  const load = { ...order.load, endpoint };
  const started_at = isoTime(deps.power.clock());
  if (hasEffect(endpoint)) {
    const detail = 'the process died while the load was sent; it is not repeated';
    await note(all({ status: 'interrupted', cause: 'interrupted', detail, started_at }));
  }
  const send = () => sendLoad(deps, { ...order, load }, signal);
  const end = await asOnlyLoad(deps.power, `${run.run_id}/${suite}`, send, signal);
  if (end === null) {
    const detail = 'another load of this host did not end in time; run this one later';
    return all({ status: 'inconclusive', cause: 'load_busy', detail });
  }
  deps.metrics.throttled(end.pace.throttled_s);
  const secrets = secretsOf(endpoint);
  const evidence = loadEvidence(load, end);
  const ms = end.seconds * 1000;
  return judgeLoad(load, end).map(({ verdict }, nth) => {
    const detail = verdict.detail === null ? null : masked(verdict.detail, secrets);
    const seen = { ...verdict, detail, started_at, ms };
    return { ...before[nth]!, ...seen, attempts: [{ attempt: 1, ...seen, evidence }] };
  });
}

async function sendLoad(
  deps: CheckDeps,
  { run, suite, load, context, addresses }: LoadOrder,
  signal: AbortSignal,
): Promise<LoadEnd> {
  const { power } = deps;
  const usage = watchUsage(power);
  const lines = linesInto(deps, run, 'metrics.jsonl');
  const child = startLoadProcess(load, context, addresses);
  const servicesCpu = async (): Promise<number | null> => {
    const uses = await Promise.all(run.services.map((name) => usage.of(name)));
    if (uses.includes(null)) return null;
    return uses.reduce((sum, use) => sum + use!.cpu_ms, 0);
  };
  const onLook = (pace: Pace, shares: Shares | null): void => {
    lines.write({
      at: isoTime(power.clock()),
      load: suite,
      ...lineOf(pace, shares),
      done: child.ended,
    });
  };
  try {
    return await runLoad(load, child, { servicesCpu, onLook }, signal);
  } finally {
    child.close();
    usage.close();
    await lines.ended();
  }
}

/** The pace in requests per second, and what it was decided from; shares of 1. */
const lineOf = ({ rate, concurrency, others, p95 }: Pace, shares: Shares | null): object => ({
  rate: rounded(rate),
  concurrency,
  p95_ms: rounded(p95),
  others: rounded(others),
  cpu: rounded(shares?.cpu),
  own: rounded(shares?.own),
  cpu_stalled: rounded(shares?.cpu_stalled),
  memory_stalled: rounded(shares?.memory_stalled),
});

const rounded = (value: number | null | undefined): number | null =>
  value == null ? null : Number(value.toFixed(3));
