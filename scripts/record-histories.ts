/**
 * Records one history of `keepWindow` for each way in which a window goes, and of restarts, anew, into `test/histories/`:
 * `node scripts/record-histories.ts`. The replay test then holds every later version of the workflow to them, so they
 * are recorded again only when a window that is open during an upgrade need not survive it. It starts a Temporal of its
 * own; the workflows are the real ones, the machine that they have power over is in memory.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WindowView } from '../contracts/window.ts';
import { startTemporal } from '../test/stack/temporal.ts';
import type { FakeHost } from '../test/workflows/fake-host.ts';
import { historyFolder, scrubbed, type KeptHistory } from '../test/workflows/histories.ts';
import { by, startBench, type TemporalBench } from '../test/workflows/temporal-bench.ts';
import { closeWindow, extendWindow, releaseService } from '../workflows/messages.ts';

const minute = 60_000;

type Story = (bench: TemporalBench, host: FakeHost, view: WindowView) => Promise<void>;

const close = async (bench: TemporalBench, view: WindowView): Promise<void> => {
  const request = { reason: 'done', closed_by: 'caller', ...by } as const;
  await bench.handle(view).executeUpdate(closeWindow, { args: [request] });
};

const stories: Record<string, Story> = {
  async 'open-expire'(bench, _, view) {
    await bench.open(view, 1500);
    await bench.open(view, 1500);
  },
  async 'extend-close'(bench, _, view) {
    await bench.open(view);
    for (const by_ms of [minute, 600 * minute]) {
      await bench.handle(view).executeUpdate(extendWindow, { args: [{ by_ms, ...by }] });
    }
    await close(bench, view);
  },
  async failed(bench, host, view) {
    host.fault = { nth: 0, when: 'before', retryable: false };
    await bench.open(view);
  },
  async refused(bench, host, view) {
    host.room = 0;
    await bench.open(view);
  },
  async queued(bench, host, view) {
    host.room = 0;
    await bench.open(view, null, 'queue');
    host.room = 2;
    await bench.open(view, minute, 'queue');
    while (!host.calls.includes('moveDeadline')) await bench.open(view, minute, 'queue');
    await close(bench, view);
  },
  async released(bench, _, view) {
    await bench.open(view);
    const request = { service: 'db', ...by };
    await bench.handle(view).executeUpdate(releaseService, { args: [request] });
    await close(bench, view);
  },
  async 'hold-close'(bench, _, view) {
    await bench.open({ ...view, mode: 'hold', ttl_ms: null });
    await close(bench, view);
  },
  async 'closed-while-opening'(bench, host, view) {
    host.gates.set('openServices', new Promise(() => undefined));
    const opening = bench.open(view);
    while (host.running.size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await close(bench, view);
    await opening;
  },
};

/** How web is restarted, in a window that holds it. */
const restarts: Record<
  string,
  (bench: TemporalBench, host: FakeHost, name: string) => Promise<WorkflowHandle>
> = {
  restarted: (at, _, name) => at.restart(name),
  async 'restart-cancelled'(at, host, name) {
    host.gates.set('restartService', new Promise(() => undefined));
    const run = await at.restart(name);
    while (host.running.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await run.cancel();
    return run;
  },
};

const keep = async (title: string, run: WorkflowHandle): Promise<number> => {
  const history = scrubbed(historyToJSON(await run.fetchHistory()));
  const kept = { workflow_id: run.workflowId, history } as KeptHistory;
  await writeFile(join(historyFolder, `${title}.json`), `${JSON.stringify(kept, null, 1)}\n`);
  return kept.history.events.length;
};

const scratch = await mkdtemp(join(tmpdir(), 'vx11-record-'));
const temporal = await startTemporal({ folder: scratch });
const bench = await startBench(temporal.address);
try {
  await mkdir(historyFolder, { recursive: true });
  for (const old of await readdir(historyFolder))
    if (!/^(task|plan|autonomy)-/.test(old)) await rm(join(historyFolder, old));
  for (const [title, tell] of Object.entries(stories)) {
    const { host, name } = await bench.host(`recorded-${title}`);
    const view = bench.request(name, {
      services: ['db', 'web'],
      kind: 'operator',
      target: null,
      ttl_ms: title === 'open-expire' ? 1500 : 10 * minute,
      reason: title,
    });
    await tell(bench, host, view);
    const { state } = await bench.handle(view).result();
    console.log(`${title}: ${state}, ${await keep(title, bench.handle(view))} events`);
  }
  for (const [title, tell] of Object.entries(restarts)) {
    const { host, name } = await bench.host(`recorded-${title}`);
    await bench.open(bench.request(name));
    const run = await tell(bench, host, name);
    await run.result().catch(() => undefined);
    const { status } = await run.describe();
    console.log(`${title}: ${status.name}, ${await keep(title, run)} events`);
  }
} finally {
  await bench.stop();
  await temporal.stop();
  await rm(scratch, { recursive: true, force: true });
}
