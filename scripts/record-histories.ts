/**
 * Records a history for each way in which a window, a restart, a plan, a task or a round of the autonomy loop can run, into
 * `test/histories/<version>/`: `node scripts/record-histories.ts`. The replay test then replays them with every later version
 * of the workflows. An existing history stays as it is: a changed workflow needs stories with new titles. The workflows are
 * real and run on their own Temporal server; the host that they control is in memory.
 */
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { version } from '../platform/version.ts';
import { histories, writeChecksums } from '../test/repository/kept-files.ts';
import { startTemporal, suggestNewRunAfter } from '../test/stack/temporal.ts';
import { scrubbed, type KeptHistory } from '../test/workflows/histories.ts';
import { startStoryEnvironment } from '../test/workflows/stories/environment.ts';
import { stories } from '../test/workflows/stories/stories.ts';

const folder = join(histories, version);
const scratch = await mkdtemp(join(tmpdir(), 'vx11-record-'));
await mkdir(join(scratch, 'short'));
const temporal = await startTemporal({ folder: scratch });
const short = await startTemporal({
  folder: join(scratch, 'short'),
  settings: [suggestNewRunAfter(60)],
});
const at = await startStoryEnvironment(temporal.address, short.address);
try {
  await mkdir(folder, { recursive: true });
  for (const [title, play] of Object.entries(stories)) {
    const file = join(folder, `${title}.json`);
    const isKept = await access(file).then(
      () => true,
      () => false,
    );
    if (isKept) continue;
    const run = await play(at);
    await run.result().catch(() => undefined);
    const history = scrubbed(historyToJSON(await run.fetchHistory()));
    const kept = { workflow_id: run.workflowId, history } as KeptHistory;
    await writeFile(file, `${JSON.stringify(kept, null, 1)}\n`);
    console.log(`${title}: ${kept.history.events.length} events`);
  }
  await writeChecksums(folder);
} finally {
  await at.stop();
  await Promise.all([temporal.stop(), short.stop()]);
  await rm(scratch, { recursive: true, force: true });
}
