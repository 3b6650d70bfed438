import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awaitStored } from '../../activities/stored-work.ts';
import { endedScan, queuedScan, scanHasEnded } from '../../domain/programs/scan.ts';
import { openStore } from '../../store/index.ts';
import { noon } from '../domain/samples.ts';

test('a wait for work that retention has removed ends, and is not retried', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-stored-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  try {
    const scan_id = 'scan-00000000';
    const about = { scan_id, host: 'box', owner: 'ana', correlation_id: 'c-1', refresh: false };
    await store.programs.create(queuedScan(about, 1, noon), [], null);
    await store.programs.change(scan_id, (view) => ({
      view: endedScan(view, { ok: true, asked: 0 }, noon),
      events: [],
    }));
    const wait = () =>
      awaitStored(store.programs, scan_id, scanHasEnded, {
        everyMs: 10,
        signal: AbortSignal.timeout(2000),
      });
    expect(await wait()).toMatchObject({ status: 'done' });
    await store.retention.forget({ before: noon + 1, now: noon, actor: 'retention' });
    await expect(wait()).rejects.toMatchObject({ type: 'lost', nonRetryable: true });
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
});
