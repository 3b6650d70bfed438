import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AudioActivities, AudioProgress } from '../../../activities/audio/audio-activities.ts';
import { createAudioActivities } from '../../../activities/audio/create-audio-activities.ts';
import type { AudioDeps } from '../../../activities/audio/deps.ts';
import { createAudioProgressRound, createAudioRound } from '../../../activities/audio/round.ts';
import { createAudioSweep } from '../../../activities/audio/sweep.ts';
import type { AudioJob } from '../../../contracts/audio.ts';
import { newId } from '../../../contracts/ids.ts';
import { shubService } from '../../../contracts/queues.ts';
import { queuedAudio } from '../../../domain/audio/job.ts';
import { masterRequest } from '../../../domain/audio/request.ts';
import { reportExample } from '../../../gateway/audio/report-example.ts';
import { audioFolders, type AudioFolders } from '../../../platform/audio-folder.ts';
import { openStore, type Store } from '../../../store/index.ts';

const end = { ok: true as const, artifacts: ['master.wav'] };
let home: string;
let folders: AudioFolders;
let store: Store;
let now: number;
let running: boolean;
let progress: AudioProgress | null;
const ended: string[] = [];
const deps = (mostBytes = 1e6): AudioDeps => ({
  host: 'box',
  store,
  clock: () => now,
  folders,
  runs: () => ({
    startAudio: async () => void (running = true),
    audioRun: async () => running,
    audioProgress: async () => progress,
    cancelAudio: async () => false,
    startBatch: async () => undefined,
    batchRun: async () => false,
  }),
  mostBytes,
  metrics: { ended: (kind, status) => void ended.push(`${kind} ${status}`) },
});
/** Calls an activity as Temporal does. */
const act = <Name extends keyof AudioActivities>(
  name: Name,
  input: Parameters<AudioActivities[Name]>[0],
): Promise<unknown> =>
  new MockActivityEnvironment().run(
    createAudioActivities(deps())[name] as (given: unknown) => Promise<unknown>,
    input,
  );
const ask = async (): Promise<AudioJob> => {
  const request = masterRequest({ audio_path: 'song.wav' })!;
  const about = { job_id: newId('audio'), host: 'box', owner: 'ana', correlation_id: 'c' };
  return (await store.audio.create(queuedAudio({ ...about, request }, now), [], 'token-1')).view;
};
/** A folder of so many bytes. */
async function filled(folder: string, bytes: number): Promise<void> {
  await mkdir(join(folder, 'project'), { recursive: true });
  await writeFile(join(folder, 'project/x'), Buffer.alloc(bytes));
}
const old = (folder: string): Promise<void> => utimes(folder, now / 1000, (now - 61_000) / 1000);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vx11-audio-'));
  folders = audioFolders(home);
  store = await openStore(`sqlite:${home}/store.db`);
  now = Date.now();
  running = false;
  progress = null;
  ended.length = 0;
});
afterEach(async () => {
  await store.close();
  await rm(home, { recursive: true });
});

describe('the end of a job', () => {
  test('is stored once, with its report, its event and its figure, and nothing of the work is left', async () => {
    const { job_id } = await ask();
    await filled(folders.work(job_id), 10);
    for (let nth = 0; nth < 2; nth += 1)
      await act('endAudio', { job_id, end, report: reportExample });
    expect(await store.audio.find(job_id)).toMatchObject({ status: 'completed', percent: 100 });
    expect(await store.audio.report(job_id)).toEqual(reportExample);
    expect(await readdir(folders.works)).toEqual([]);
    expect(ended).toEqual(['master completed']);
    const events = await store.events.after(0, 10);
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([['audio.finished', 'ana']]);
  });
  test('is refused where shubniggurath reports what is no report', async () => {
    const { job_id } = await ask();
    const wrong = { ...reportExample, issues: 'none' } as unknown as typeof reportExample;
    await expect(act('endAudio', { job_id, end, report: wrong })).rejects.toThrow(/shubniggurath/);
    const outside = { ...end, artifacts: [3 as unknown as string] };
    await expect(act('endAudio', { job_id, end: outside, report: null })).rejects.toThrow();
    expect(await store.audio.find(job_id)).toMatchObject({ status: 'queued' });
  });
});

test('a phase that nobody took waits for a window, unless one is open: then shubniggurath is busy', async () => {
  const { job_id } = await ask();
  const missed = { job_id, phase: 'measure', missed: true } as const;
  await act('storeAudioPhase', missed);
  expect(await store.audio.find(job_id)).toMatchObject({ status: 'waiting_for_window' });
  const lease = { window_id: 'w', host: 'box', service: shubService };
  await store.leases.reserve('w', [{ ...lease, deadline: now + 1000, is_open: true }], now);
  await act('storeAudioPhase', missed);
  expect(await store.audio.find(job_id)).toMatchObject({ status: 'analyzing' });
});

test('how far a job is comes from the heartbeats of the phase that it is in', async () => {
  const { job_id } = await ask();
  const round = createAudioProgressRound(deps());
  const seen = async (next: AudioProgress | null): Promise<unknown> => {
    progress = next;
    expect(await round()).toBe(true);
    const { percent, pass } = (await store.audio.find(job_id))!;
    return [percent, pass];
  };
  await act('storeAudioPhase', { job_id, phase: 'render', missed: false });
  expect(await seen({ phase: 'render', part: 0.5, pass: 1 })).toEqual([70, 1]);
  expect(await seen({ phase: 'measure', part: 1, pass: null })).toEqual([70, 1]);
  expect(await seen(null)).toEqual([70, 1]);
  expect(await seen({ phase: 'render', part: 0.75, pass: 2 })).toEqual([75, 2]);
  await act('endAudio', { job_id, end, report: null });
  expect(await round()).toBe(false);
});

test('a job without a workflow is started, and one whose workflow is gone has failed', async () => {
  const { job_id } = await ask();
  const round = createAudioRound(deps());
  now += 4000;
  await round();
  expect(running).toBe(true);
  await round();
  running = false;
  await round();
  expect(await store.audio.find(job_id)).toMatchObject({ status: 'failed', cause: 'lost' });
});

describe('the sweep', () => {
  test('removes what nobody owns, and the work of jobs that ended, once it is old', async () => {
    const [live, over] = [await ask(), await ask()];
    await act('endAudio', { job_id: over.job_id, end, report: null });
    for (const id of [live.job_id, over.job_id, 'audio-00000000']) {
      await filled(folders.job(id), 10);
      await filled(folders.work(id), 10);
    }
    const sweep = createAudioSweep(deps());
    await sweep();
    expect(await readdir(folders.jobs)).toHaveLength(3);
    expect(await readdir(folders.works)).toHaveLength(3);
    for (const folder of [folders.jobs, folders.works])
      for (const name of await readdir(folder)) await old(join(folder, name));
    await sweep();
    expect((await readdir(folders.jobs)).sort()).toEqual([live.job_id, over.job_id].sort());
    expect(await readdir(folders.works)).toEqual([live.job_id]);
  });
  test('removes the oldest results where all together take more room than they may', async () => {
    const jobs: string[] = [];
    for (let nth = 0; nth < 4; nth += 1) {
      now += 1000;
      const { job_id } = await ask();
      await filled(folders.job(job_id), 100_000);
      jobs.push(job_id);
    }
    await createAudioSweep(deps(4e6))();
    expect(await readdir(folders.jobs)).toHaveLength(4);
    await createAudioSweep(deps(250_000))();
    expect((await readdir(folders.jobs)).sort()).toEqual(jobs.slice(2).sort());
  });
});
