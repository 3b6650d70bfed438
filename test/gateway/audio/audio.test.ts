import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioJob, AudioJobAnswer } from '../../../contracts/audio.ts';
import { audioAt, endedAudio } from '../../../domain/audio/job.ts';
import { reportExample } from '../../../gateway/audio/report-example.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { audioFolders } from '../../../platform/audio-folder.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, view, type Gateway } from '../fixture.ts';

let gateway: Gateway;
const started: AudioJob[] = [];
const cancelled: string[] = [];
/** Every job ends at once, unless its file is named slow. */
const temporal = {
  ...connectTemporal('127.0.0.1:1', 'default'),
  async startAudio(job: AudioJob) {
    started.push(job);
    const { audio } = gateway.store;
    if (job.request.inputs[0]!.audio_path.startsWith('slow')) {
      const change = { phase: 'measure', waits: false } as const;
      await audio.change(job.job_id, (now) => ({ view: audioAt(now, change, 1), events: [] }));
      return;
    }
    await audio.saveReport(job.job_id, reportExample);
    const end = { ok: true as const, artifacts: ['report.json'] };
    await audio.change(job.job_id, (now) => ({ view: endedAudio(now, end, 1), events: [] }));
  },
  async cancelAudio(id: string, by: string) {
    cancelled.push(`${id} ${by}`);
  },
  breaker: 'closed' as const,
};
let operator: string;
const call = (
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object | Buffer,
  more = {},
) =>
  gateway.inject({
    method,
    url,
    headers: {
      'x-vx11-token': operator,
      ...(payload instanceof Buffer && { 'content-type': 'application/octet-stream' }),
      ...more,
    },
    ...(payload !== undefined && { payload }),
  });
const put = (name: string, content: Buffer, more = {}) =>
  call('PUT', `/vx11/audio/files/${encodeURIComponent(name)}`, content, more);
const song = Buffer.from('RIFF and so on');
const folders = () => audioFolders(join(gateway.files, '..'));

beforeAll(async () => {
  gateway = await startGateway({ deps: { temporal }, config: { audioBytes: 100_000 } });
  await gateway.store.services.saveCatalog(catalog([aService('shubniggurath')]), []);
  await beat(gateway.store);
  operator = await gateway.token('operator');
});
afterAll(() => gateway.close());

describe('files', () => {
  test('are written with their hash, listed, given back and removed', async () => {
    const answer = await put('song.wav', song);
    const sha256 = createHash('sha256').update(song).digest('hex');
    expect(answer.json()).toMatchObject({ name: 'song.wav', size_bytes: song.length, sha256 });
    const { files } = (await call('GET', '/vx11/audio/files')).json<{
      files: { name: string }[];
    }>();
    expect(files.map(({ name }) => name)).toEqual(['song.wav']);
    const head = await call('HEAD', '/vx11/audio/files/song.wav');
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([
      200,
      String(song.length),
      '',
    ]);
    expect((await call('HEAD', '/vx11/audio/files/nope.wav')).statusCode).toBe(404);
    const back = await call('GET', '/vx11/audio/files/song.wav');
    expect(back.rawPayload).toEqual(song);
    expect(back.headers['content-disposition']).toContain('attachment');
    expect((await call('DELETE', '/vx11/audio/files/song.wav')).json()).toEqual({
      removed: 'song.wav',
    });
    expect((await call('GET', '/vx11/audio/files/song.wav')).statusCode).toBe(404);
    const newest = await gateway.store.events.after((await gateway.store.events.newest()) - 2, 2);
    expect(newest.map(({ type }) => type)).toEqual(['audio.uploaded', 'audio.removed']);
  });
  test.each([
    '-i.wav',
    '%03d.wav',
    'a:b.wav',
    `"it's".wav`,
    'two\nlines.wav',
    'álbum/01.wav',
    'x'.repeat(200),
  ])('may be named %j', async (name) => {
    expect((await put(name, song)).statusCode).toBe(200);
    expect((await call('DELETE', `/vx11/audio/files/${encodeURIComponent(name)}`)).statusCode).toBe(
      200,
    );
  });
  test.each(['../up.wav', '/etc/cron.d/x', 'a/../../up', '.hidden', 'c:/x', 'file:///x', 'a\\b'])(
    'may not be named %j',
    async (name) => {
      const answer = await put(name, song);
      expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([422, 'invalid']);
    },
  );
  test('leave nothing behind if they are wrong', async () => {
    const wrong = await put('bad.wav', song, { 'x-content-sha256': 'a'.repeat(64) });
    expect(wrong.json()).toMatchObject({
      error: 'invalid',
      detail: expect.stringContaining('hash') as string,
    });
    expect((await put('bad.wav', song, { 'x-content-sha256': 'b' })).statusCode).toBe(400);
    expect((await put('empty.wav', Buffer.alloc(0))).statusCode).toBe(400);
    expect((await put('large.wav', Buffer.alloc(200_000))).json()).toMatchObject({
      error: 'audio_full',
    });
    expect(await readdir(folders().files)).toEqual([]);
  });
  test('are never written or read through a link', async () => {
    const outside = join(gateway.files, '..', 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(outside, join(folders().files, 'link'));
    await symlink(join(outside, 'secret'), join(folders().files, 'one.wav'));
    expect((await put('link/new.wav', song)).statusCode).toBe(422);
    for (const name of ['link%2Fsecret', 'one.wav']) {
      expect((await call('GET', `/vx11/audio/files/${name}`)).statusCode).toBe(404);
      expect((await call('DELETE', `/vx11/audio/files/${name}`)).statusCode).toBe(404);
    }
    expect(await readdir(outside)).toEqual(['secret']);
  });
});

test('while shubniggurath sleeps nothing is started, and the hint opens it', async () => {
  const answer = await call('POST', '/vx11/audio/analyze', { audio_path: 'song.wav' });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    status: 'ERROR',
    job: null,
    error: 'off_by_policy',
    hint: expect.stringContaining('vx11 open shubniggurath --ttl 10m') as string,
  });
  expect(started).toEqual([]);
});

describe('while shubniggurath is awake', () => {
  beforeAll(async () => {
    const { store } = gateway;
    const services = ['shubniggurath'];
    const window = view({ services, members: services, target: 'shubniggurath' });
    await store.windows.save(window, []);
    const lease = { window_id: window.window_id, host: 'box', service: 'shubniggurath' };
    const until = { deadline: Date.now() + 60_000, is_open: true };
    await store.leases.reserve(window.window_id, [{ ...lease, ...until }], Date.now());
    for (const name of ['song.wav', 'slow.wav']) await put(name, song);
  });

  test('a job that is waited for answers with its report, and a retry with the same', async () => {
    const key = { 'idempotency-key': 'once' };
    const body = { audio_path: 'song.wav' };
    const answer = await call('POST', '/vx11/audio/analyze?wait_seconds=5', body, key);
    const { job, report, status } = answer.json<AudioJobAnswer>();
    expect([status, report]).toEqual(['DONE', reportExample]);
    expect(job).toMatchObject({ status: 'completed', owner: 'a operator', host: 'box' });
    const again = await call('POST', '/vx11/audio/analyze?wait_seconds=5', body, key);
    expect(again.json<AudioJobAnswer>().job!.job_id).toBe(job!.job_id);
    const older = await call('POST', '/vx11/audio/analyze?wait=5', body);
    expect(older.json()).toMatchObject({ status: 'DONE', report: reportExample });
    expect((await call('POST', '/vx11/audio/analyze?wait=31', body)).statusCode).toBe(422);
    const shown = await call('GET', `/vx11/audio/jobs/${job!.job_id}/report`);
    expect(shown.json()).toEqual(reportExample);
  });
  test('an analysis keeps the words of its caller, and the rate that the file should have', async () => {
    const about = { sample_rate: 48_000, metadata: { title: 'Song', takes: [1, 2] } };
    const answer = await call('POST', '/vx11/audio/analyze', { audio_path: 'song.wav', ...about });
    expect(answer.json<AudioJobAnswer>().job!.request).toMatchObject(about);
    for (const wrong of [{ sample_rate: 10 }, { metadata: { x: 'y'.repeat(8200) } }]) {
      const body = { audio_path: 'song.wav', ...wrong };
      expect((await call('POST', '/vx11/audio/analyze', body)).statusCode).toBe(422);
    }
  });
  test('a master has the target of its preset, or its own', async () => {
    await call('POST', '/vx11/audio/master', { audio_path: 'song.wav' });
    expect(started.at(-1)!.request).toMatchObject({
      kind: 'master',
      preset: 'streaming',
      target: { lufs: -14, ceiling_dbtp: -1, max_gain_reduction_db: 6 },
      format: { container: 'wav', bits: 24 },
    });
    const target = { lufs: -10, ceiling_dbtp: -2 };
    await call('POST', '/vx11/audio/master', { audio_path: 'song.wav', target });
    expect(started.at(-1)!.request).toMatchObject({ preset: null, target });
    const unknown = await call('POST', '/vx11/audio/master', {
      audio_path: 'song.wav',
      preset: 'x',
    });
    expect(unknown.json()).toMatchObject({ error: 'preset_not_found' });
    const { presets } = (await call('GET', '/vx11/audio/presets')).json<{ presets: object[] }>();
    expect(presets).toContainEqual(expect.objectContaining({ name: 'vinyl' }));
    const one = await call('GET', '/vx11/audio/presets/vinyl');
    expect(one.json()).toMatchObject({ name: 'vinyl', target: { lufs: -16 } });
    expect((await call('GET', '/vx11/audio/presets/nope')).statusCode).toBe(404);
  });
  test('a mix and a comparison take several files', async () => {
    const stems = [{ audio_path: 'song.wav', role: 'lead' }, { audio_path: 'slow.wav' }];
    await call('POST', '/vx11/audio/mix', { stems });
    expect(started.at(-1)!.request).toMatchObject({ kind: 'mix', inputs: stems, unity: false });
    await call('POST', '/vx11/audio/compare', { a: 'song.wav', b: 'slow.wav' });
    expect(started.at(-1)!.request).toMatchObject({ kind: 'compare' });
  });
  test.each([
    [{ audio_path: 'nope.wav' }, 'audio_file_not_found'],
    [{ audio_path: '../up.wav' }, 'invalid'],
    [{ audio_path: 'song.wav', more: 1 }, 'invalid'],
  ])('%j is refused with %s', async (body, error) =>
    expect((await call('POST', '/vx11/audio/analyze', body)).json()).toMatchObject({ error }),
  );
  test('a job that runs is shown and cancelled, and has no report yet', async () => {
    const answer = await call('POST', '/vx11/audio/analyze', { audio_path: 'slow.wav' });
    const { job, status } = answer.json<AudioJobAnswer>();
    expect(status).toBe('QUEUED');
    const path = `/vx11/audio/jobs/${job!.job_id}`;
    expect((await call('GET', path)).json()).toMatchObject({ status: 'analyzing', percent: 25 });
    expect((await call('GET', `${path}/report`)).statusCode).toBe(404);
    expect((await call('POST', `${path}/cancel`)).statusCode).toBe(200);
    expect(cancelled).toContain(`${job!.job_id} a operator`);
    const { jobs } = (await call('GET', '/vx11/audio/jobs?limit=1')).json<{ jobs: AudioJob[] }>();
    expect(jobs).toHaveLength(1);
    expect((await call('GET', '/vx11/audio/jobs/audio-00000000')).statusCode).toBe(404);
  });
  test('a job is streamed until it ends', async () => {
    const { job_id } = started[0]!;
    const { headers, body } = await call('GET', `/vx11/audio/jobs/${job_id}/events`);
    expect(headers['content-type']).toContain('text/event-stream');
    expect(body).toMatch(/event: end\ndata: \{"job_id":"audio-.*"status":"completed"/);
  });
  test('what a job left is served from its folder, and nothing else', async () => {
    const { job_id } = started[0]!;
    await mkdir(join(folders().job(job_id), 'project'), { recursive: true });
    await writeFile(join(folders().job(job_id), 'project/song.RPP'), '<REAPER_PROJECT\n>\n');
    const at = `/vx11/audio/jobs/${job_id}/artifacts`;
    expect((await call('GET', `${at}/project/song.RPP`)).body).toContain('<REAPER_PROJECT');
    for (const path of ['nope.txt', '..%2F..%2Ffiles%2Fsong.wav', '.outcome.json'])
      expect((await call('GET', `${at}/${path}`)).statusCode).toBe(404);
  });
});

test('one whose workflow cannot be started has failed, and says why', async () => {
  const lonely = await startGateway();
  await lonely.store.services.saveCatalog(catalog([aService('shubniggurath')]), []);
  await beat(lonely.store);
  const services = ['shubniggurath'];
  const window = view({ services, members: services, target: 'shubniggurath' });
  await lonely.store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'shubniggurath' };
  await lonely.store.leases.reserve(
    window.window_id,
    [{ ...lease, deadline: Date.now() + 60_000, is_open: true }],
    Date.now(),
  );
  await mkdir(join(lonely.files, '..', 'audio', 'files'), { recursive: true });
  await writeFile(join(lonely.files, '..', 'audio', 'files', 'song.wav'), song);
  const answer = await lonely.inject({
    method: 'POST',
    url: '/vx11/audio/analyze',
    headers: { 'x-vx11-token': await lonely.token('operator') },
    payload: { audio_path: 'song.wav' },
  });
  expect(answer.statusCode).toBe(503);
  const [failed] = await lonely.store.audio.list({ limit: 1 });
  expect(failed).toMatchObject({ status: 'failed', cause: 'temporal_unavailable' });
  await lonely.close();
});
