/**
 * Records one history of `autonomousCycle` for each way in which a round goes, anew, into `test/histories/`:
 * `node scripts/record-autonomy-histories.ts`. A round lives for seconds, so they are recorded again whenever the
 * workflow changes.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { startTemporal } from '../test/stack/temporal.ts';
import { advice, startAutonomyBench, type FakeMadre } from '../test/workflows/autonomy-bench.ts';
import { historyFolder, scrubbed, type KeptHistory } from '../test/workflows/histories.ts';

const stories: Record<string, Partial<FakeMadre>> = {
  'autonomy-rest': { round: { running: true, changed: false } },
  'autonomy-rules': {},
  'autonomy-model': { reasoning: advice('lane:fs_drift') },
  'autonomy-model-away': { failures: { reason: 9 } },
};

const scratch = await mkdtemp(join(tmpdir(), 'vx11-record-'));
const temporal = await startTemporal({ folder: scratch });
const bench = await startAutonomyBench(temporal.address);
try {
  await mkdir(historyFolder, { recursive: true });
  for (const [title, story] of Object.entries(stories)) {
    const { handle } = await bench.cycle(story);
    await handle.result();
    const history = scrubbed(historyToJSON(await handle.fetchHistory()));
    const kept = { workflow_id: handle.workflowId, history } as KeptHistory;
    await writeFile(join(historyFolder, `${title}.json`), `${JSON.stringify(kept, null, 1)}\n`);
    console.log(`${title}: ${kept.history.events.length} events`);
  }
} finally {
  await bench.stop();
  await temporal.stop();
  await rm(scratch, { recursive: true, force: true });
}
