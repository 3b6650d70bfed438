/**
 * Records one history of `spawnOnce` for each way in which a task goes, anew, into `test/histories/task-*.json`:
 * `node scripts/record-task-histories.ts`. As with windows, the replay test holds every later version to them.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { spawnWorkflowId } from '../contracts/ids.ts';
import type { SpawnView } from '../contracts/spawn.ts';
import { startTemporal } from '../test/stack/temporal.ts';
import { until } from '../test/stack/wait.ts';
import { historyFolder, scrubbed } from '../test/workflows/histories.ts';
import { startSpawnBench, type SpawnBench } from '../test/workflows/spawn-bench.ts';

type Story = (bench: SpawnBench) => Promise<SpawnView>;

const failing = () => ({ outcome: 'failed', exit_code: 1 }) as const;
const running = (bench: SpawnBench, view: SpawnView) =>
  until('it runs', async () => (await bench.store.spawns.find(view.spawn_id))?.state === 'running');

const stories: Record<string, Story> = {
  done: (bench) => bench.start(),
  async retried(bench) {
    bench.sandboxes.outcome = failing;
    return bench.start({ max_retries: 2, callback_url: 'http://10.0.0.1/' });
  },
  async lost(bench) {
    bench.fault = { nth: bench.calls.length, when: 'before' };
    return bench.start();
  },
  async cancelled(bench) {
    bench.sandboxes.outcome = () => null;
    const view = await bench.start();
    await running(bench, view);
    await bench.tell(view, { reason: 'cancelled', by: 'ada' });
    return view;
  },
  async 'window-closed'(bench) {
    bench.sandboxes.outcome = failing;
    const view = await bench.start({ max_retries: 10 });
    await until('it pauses', async () => {
      const record = await bench.store.spawns.record(view.spawn_id);
      return record?.attempts.length === 2 && record.view.state === 'queued';
    });
    await bench.tell(view, { reason: 'window_closed', by: 'madre' });
    return view;
  },
};

const scratch = await mkdtemp(join(tmpdir(), 'vx11-record-'));
const temporal = await startTemporal({ folder: scratch });
const bench = await startSpawnBench(temporal.address, { spawner: true, host: 'recorded' });
try {
  for (const old of await readdir(historyFolder))
    if (old.startsWith('task-')) await rm(join(historyFolder, old));
  for (const [title, tell] of Object.entries(stories)) {
    bench.sandboxes.outcome = () => ({});
    bench.fault = null;
    const view = await tell(bench);
    const { state } = await bench.handle(view).result();
    const history = scrubbed(historyToJSON(await bench.handle(view).fetchHistory()));
    const kept = { workflow_id: spawnWorkflowId(view.spawn_id), history };
    await writeFile(
      join(historyFolder, `task-${title}.json`),
      `${JSON.stringify(kept, null, 1)}\n`,
    );
    console.log(`task-${title}: ${state}`);
  }
} finally {
  await bench.stop();
  await temporal.stop();
  await rm(scratch, { recursive: true, force: true });
}
