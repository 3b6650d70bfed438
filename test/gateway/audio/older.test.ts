import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AudioBatch } from '../../../contracts/audio-batch.ts';
import type { FoundEngines } from '../../../contracts/audio-engines.ts';
import type { AudioJob } from '../../../contracts/audio.ts';
import type { ShubAnalyzeAnswer, ShubBatchAnswer } from '../../../contracts/shub.ts';
import { endedBatch } from '../../../domain/audio/batch.ts';
import { endedAudio } from '../../../domain/audio/job.ts';
import { reportExample } from '../../../gateway/audio/report-example.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { audioFolders } from '../../../platform/audio-folder.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, view, type Gateway } from '../fixture.ts';

let gateway: Gateway;
let operator: string;
const temporal = {
  ...connectTemporal('127.0.0.1:1', 'default'),
  async startAudio({ job_id }: AudioJob) {
    const { audio } = gateway.store;
    await audio.saveReport(job_id, reportExample);
    const end = { ok: true as const, artifacts: ['project/song.RPP', 'report.json'] };
    await audio.change(job_id, (now) => ({ view: endedAudio(now, end, 1), events: [] }));
  },
  async startBatch({ batch_id, job_name }: AudioBatch) {
    if (job_name === 'slow') return;
    const { audioBatches } = gateway.store;
    await audioBatches.change(batch_id, (now) => ({
      view: endedBatch(now, 'completed', 1),
      events: [],
    }));
  },
  cancelBatch: async () => undefined,
  breaker: 'closed' as const,
};
const call = (method: 'GET' | 'POST', url: string, payload?: object) =>
  gateway.inject({
    method,
    url,
    headers: { 'x-vx11-token': operator },
    ...(payload !== undefined && { payload }),
  });
const folders = () => audioFolders(join(gateway.files, '..'));
const found = (version: string | null): FoundEngines => ({
  programs: [
    { name: 'ffmpeg', version: '5.1.9', package: 'ffmpeg', needed: true },
    { name: 'ffprobe', version, package: 'ffmpeg', needed: true },
  ],
  seen_at: '2026-11-30T12:00:00.000Z',
});
const noteEngine = async (text: string): Promise<void> => {
  await mkdir(dirname(folders().engine), { recursive: true });
  await writeFile(folders().engine, text);
};

beforeAll(async () => {
  gateway = await startGateway({ deps: { temporal } });
  const { store } = gateway;
  await store.services.saveCatalog(catalog([aService('shubniggurath')]), []);
  await beat(store);
  operator = await gateway.token('operator');
  await mkdir(folders().files, { recursive: true });
  await writeFile(join(folders().files, 'song.wav'), 'RIFF');
});
afterAll(() => gateway.close());

test('asleep, the older routes say what to open, and start nothing', async () => {
  expect((await call('GET', '/shub/health')).json()).toMatchObject({
    status: 'off_by_policy',
    hint: expect.stringContaining('vx11 open shubniggurath') as string,
  });
  expect((await call('GET', '/shub/ready')).json()).toMatchObject({ ready: false });
  const answer = await call('POST', '/shub/api/analyze', { audio_path: 'song.wav' });
  expect(answer.json()).toMatchObject({ success: false, error: 'off_by_policy', job_id: null });
  const batch = { job_name: 'a', audio_files: ['song.wav'] };
  expect((await call('POST', '/shub/api/batch/submit', batch)).json()).toMatchObject({
    job_id: null,
    status: 'off_by_policy',
  });
});

test('programs are known while shubniggurath sleeps, and a missing one says how to get it', async () => {
  const unknown = await call('GET', '/vx11/audio/engines');
  expect(unknown.json()).toMatchObject({ status: 'unknown', programs: [] });
  await noteEngine('no json');
  expect((await call('GET', '/vx11/audio/engines')).json()).toMatchObject({ status: 'unknown' });
  await noteEngine(JSON.stringify(found(null)));
  expect((await call('GET', '/shub/engines')).json()).toMatchObject({
    status: 'degraded',
    error: 'engine_missing',
    hint: expect.stringMatching(/npm run image -- audio; .*apt-get install -y ffmpeg$/) as string,
  });
  const { pipelines } = (await call('GET', '/shub/pipelines')).json<{
    pipelines: { name: string; phases: string[] }[];
  }>();
  expect(pipelines[0]).toEqual({
    name: 'analyze',
    phases: ['probe', 'measure', 'describe', 'export'],
  });
});

test('awake, they answer with the older fields', async () => {
  const { store } = gateway;
  const services = ['shubniggurath'];
  const window = view({ services, members: services, target: 'shubniggurath' });
  await store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'shubniggurath' };
  const until = { deadline: Date.now() + 60_000, is_open: true };
  await store.leases.reserve(window.window_id, [{ ...lease, ...until }], Date.now());
  expect((await call('GET', '/shub/health')).json()).toMatchObject({
    status: 'degraded',
    error: 'engine_missing',
  });
  await noteEngine(JSON.stringify(found('5.1.9')));
  expect((await call('GET', '/shub/health')).json()).toMatchObject({ status: 'ok', hint: null });
  expect((await call('GET', '/shub/ready')).json()).toEqual({ ready: true, hint: null });

  const body = { audio_path: 'song.wav', sample_rate: 44_100, analysis_depth: 'deep' };
  const answer = await call('POST', '/shub/api/analyze', { ...body, metadata: { by: 'ana' } });
  const old = answer.json<ShubAnalyzeAnswer>();
  expect(old).toMatchObject({
    success: true,
    audio_analysis: {
      lufs: -11.9,
      true_peak: 0.4,
      bpm: 120,
      key: 'A minor',
      clipping: true,
      spectral_flux: 0.1821,
      zero_crossing_rate: 1204.5,
    },
    reaper_preset: `/vx11/audio/jobs/${old.job_id}/artifacts/project/song.RPP`,
    issues: reportExample.issues,
    error: null,
  });
  expect((await store.audio.find(old.job_id!))!.request).toMatchObject({
    depth: 'deep',
    sample_rate: 44_100,
    metadata: { by: 'ana' },
  });
  const mastered = await call('POST', '/shub/api/mastering', { audio_path: 'song.wav' });
  expect(mastered.json()).toMatchObject({ success: true });
  const unknown = await call('POST', '/shub/api/mastering', {
    audio_path: 'song.wav',
    preset: 'x',
  });
  expect(unknown.json()).toMatchObject({ error: 'preset_not_found' });

  const submit = async (job_name: string): Promise<string> => {
    const batch = { job_name, audio_files: ['song.wav'], analysis_type: 'full', priority: 5 };
    const sent = await call('POST', '/shub/api/batch/submit', batch);
    return sent.json<ShubBatchAnswer>().job_id!;
  };
  const id = await submit('album');
  expect((await call('GET', `/shub/api/batch/status/${id}`)).json()).toMatchObject({
    job_name: 'album',
    status: 'completed',
    total_files: 1,
    completed_at: '1970-01-01T00:00:00.001Z',
  });
  expect((await call('GET', '/shub/api/batch/status/batch-00000000')).statusCode).toBe(404);
  expect((await call('POST', `/shub/api/batch/cancel/${id}`)).statusCode).toBe(400);
  expect((await call('POST', `/shub/api/batch/cancel/${await submit('slow')}`)).statusCode).toBe(
    200,
  );
});
