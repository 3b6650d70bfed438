import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AudioRuns } from '../../../activities/audio/deps.ts';
import { askAboutAudio, audioForPlan } from '../../../activities/plans/steps/make-audio.ts';
import type { AudioJob } from '../../../contracts/audio.ts';
import type { Intent } from '../../../contracts/intent.ts';
import { endedAudio, type AudioEnd } from '../../../domain/audio/job.ts';
import { reportExample } from '../../../gateway/audio/report-example.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { aPlan } from '../../domain/plans/plan-samples.ts';
import { anOpenWindow, aService, iso, noon } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';

let folder: string;
let store: Store;
let end: AudioEnd;
const started: AudioJob[] = [];
const { signal } = new AbortController();
/** What a workflow of a job would store at its end. */
const runs = {
  async startAudio(job: AudioJob) {
    started.push(job);
    await store.audio.saveReport(job.job_id, reportExample);
    await store.audio.change(job.job_id, (now) => ({
      view: endedAudio(now, end, noon),
      events: [],
    }));
  },
} as AudioRuns;
const work = () => audioForPlan({ store, clock: () => noon, runs: () => runs, files: folder });
const { steps: _steps, ...plan } = aPlan({ plan_id: 'plan-00000000000000aa' });
const step = (text: string) => ({ action: 'master', text, step_id: 's2' });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-plan-audio-'));
  await mkdir(folder, { recursive: true });
  for (const name of ['song.wav', 'batería.wav']) await writeFile(join(folder, name), 'RIFF');
  store = await openStore(`sqlite:${folder}/.store.db`);
  await store.services.saveCatalog(catalog([aService('shubniggurath')]), []);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  end = { ok: true, artifacts: ['master.wav'] };
  started.length = 0;
});

test('a sentence that names no file is asked back, in its language, and one that names them is not', async () => {
  const ask = (text: string, language: 'en' | 'es') =>
    askAboutAudio(folder)({ text, language } as Intent);
  expect(await ask('mezcla estas pistas', 'es')).toMatchObject({
    code: 'which_file',
    detail: expect.stringContaining('batería.wav') as string,
  });
  expect(await ask('master song.wav for streaming', 'en')).toBeNull();
  // never a file whose name is a part of what was said, and never a mix without one of its tracks
  for (const [text, name] of [
    ['masteriza otra-song.wav', 'otra-song.wav'],
    ['mezcla song.wav, batería.wav y voz.wav', 'voz.wav'],
  ] as const)
    expect(await ask(text, 'es')).toMatchObject({
      code: 'which_file',
      detail: expect.stringContaining(`Ningún archivo subido se llama ${name}.`) as string,
    });
});

test('nothing is started while shubniggurath is asleep', async () => {
  expect(await work()(plan, step('master song.wav'), signal)).toMatchObject({
    status: 'ERROR',
    error: { code: 'off_by_policy' },
  });
  expect(started).toEqual([]);
});

test('a step does the same job as a request, once however often it is tried, and says what it measured', async () => {
  const services = ['shubniggurath'];
  const members = { services, members: services, target: services[0]! };
  const until = { expires_at: iso(noon + 60_000) };
  await store.windows.save(anOpenWindow({ ...members, ...until, host: 'box' }), []);
  const done = await work()(plan, step('master song.wav for streaming'), signal);
  expect(started[0]).toMatchObject({
    host: 'box',
    owner: plan.actor,
    request: { kind: 'master', preset: 'streaming', inputs: [{ audio_path: 'song.wav' }] },
  });
  expect(done).toMatchObject({
    status: 'DONE',
    result: { job_id: started[0]!.job_id, kind: 'master', artifacts: ['master.wav'] },
  });
  expect(done.result).toMatchObject({ loudness: reportExample.loudness.integrated });
  expect(await work()(plan, step('master song.wav for streaming'), signal)).toEqual(done);
  expect(started).toHaveLength(1);
});

test('a job that fails is a failed step, with its cause and what to do', async () => {
  end = { ok: false, cancelled: false, cause: 'silent', detail: 'Nothing is loud enough.' };
  const other = { ...plan, plan_id: 'plan-00000000000000bb' };
  expect(await work()(other, step('master song.wav'), signal)).toMatchObject({
    status: 'ERROR',
    error: { code: 'silent', detail: 'Nothing is loud enough.' },
  });
});
