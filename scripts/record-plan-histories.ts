/**
 * Records one history of `runPlan` for each way in which a plan goes, anew, into `test/histories/plan-*.json`:
 * `node scripts/record-plan-histories.ts`. As with windows, only when a plan that waits or runs during an upgrade need
 * not survive it.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { planWorkflowId } from '../contracts/ids.ts';
import type { PlanView, StepDraft } from '../contracts/plan.ts';
import {
  noop,
  openStep,
  startPlanBench,
  stopStep,
  type PlanBench,
} from '../test/plans/plan-bench.ts';
import { startTemporal } from '../test/stack/temporal.ts';
import { until } from '../test/stack/wait.ts';
import { historyFolder, scrubbed, type KeptHistory } from '../test/workflows/histories.ts';
import { planState } from '../workflows/plan-messages.ts';

type Story = (bench: PlanBench) => Promise<PlanView>;

const wait = (seconds: number): StepDraft => ({ type: 'WAIT', params: { seconds } });

const stories: Record<string, Story> = {
  async 'plan-done'(bench) {
    return (await bench.propose([openStep(['web']), noop([]), wait(1), noop(['s1', 's2', 's3'])]))
      .plan;
  },
  async 'plan-confirmed'(bench) {
    const { plan, confirm_token } = await bench.propose([stopStep(['web'])]);
    await bench.confirm(plan, confirm_token!);
    return plan;
  },
  async 'plan-expired'(bench) {
    return (await bench.propose([stopStep(['web'])])).plan;
  },
  async 'plan-undone'(bench) {
    bench.broken.add('db');
    const { plan } = await bench.propose([
      openStep(['web']),
      openStep(['db']),
      { type: 'CALL_SHUB', params: { action: 'mix', text: '' } },
    ]);
    await bench.end(plan);
    bench.broken.clear();
    return plan;
  },
  async 'plan-cancelled'(bench) {
    const { plan } = await bench.propose([openStep(['web']), wait(60), noop()]);
    await until('it waits', async () => {
      const { steps } = await bench.handle(plan).query(planState);
      return steps[1]!.status === 'RUNNING';
    });
    await bench.cancel(plan);
    return plan;
  },
};

const scratch = await mkdtemp(join(tmpdir(), 'vx11-record-'));
const temporal = await startTemporal({ folder: scratch });
const bench = await startPlanBench(temporal.address, { expires_ms: 1500 });
try {
  for (const old of await readdir(historyFolder)) {
    if (old.startsWith('plan-')) await rm(join(historyFolder, old));
  }
  for (const [title, tell] of Object.entries(stories)) {
    const plan = await tell(bench);
    const { status } = await bench.end(plan);
    const history = scrubbed(historyToJSON(await bench.handle(plan).fetchHistory()));
    const kept = { workflow_id: planWorkflowId(plan.plan_id), history } as KeptHistory;
    await writeFile(join(historyFolder, `${title}.json`), `${JSON.stringify(kept, null, 1)}\n`);
    console.log(`${title}: ${status}, ${kept.history.events.length} events`);
  }
} finally {
  await bench.stop();
  await temporal.stop();
  await rm(scratch, { recursive: true, force: true });
}
