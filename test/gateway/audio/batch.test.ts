import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AudioBatch, AudioBatchAnswer } from '../../../contracts/audio-batch.ts';
import { endedBatch, fileBegun, fileEnded } from '../../../domain/audio/batch.ts';
import type { AudioEnd } from '../../../domain/audio/job.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, view, type Gateway } from '../fixture.ts';

let gateway: Gateway;
let operator: string;
const cancelled: string[] = [];
const temporal = {
  ...connectTemporal('127.0.0.1:1', 'default'),
  /** The first file of a batch ends well, the second does not. */
  async startBatch({ batch_id }: AudioBatch) {
    const { audioBatches } = gateway.store;
    const ends: AudioEnd[] = [
      { ok: true, artifacts: [] },
      { ok: false, cancelled: false, cause: 'not_audio', detail: 'export it again' },
    ];
    await audioBatches.change(batch_id, (batch) => {
      const next = ends.reduce((now, end, nth) => fileEnded(fileBegun(now, nth), nth, end), batch);
      return {
        view: batch.job_name === 'slow' ? fileBegun(batch, 0) : endedBatch(next, 'completed', 1),
        events: [],
      };
    });
  },
  async cancelBatch(id: string, by: string) {
    cancelled.push(`${id} ${by}`);
  },
  breaker: 'closed' as const,
};
const call = (method: 'GET' | 'POST', url: string, payload?: object) =>
  gateway.inject({
    method,
    url,
    headers: { 'x-vx11-token': operator },
    ...(payload !== undefined && { payload }),
  });

beforeAll(async () => {
  gateway = await startGateway({ deps: { temporal } });
  const { store } = gateway;
  await store.services.saveCatalog(catalog([aService('shubniggurath')]), []);
  await beat(store);
  operator = await gateway.token('operator');
});
afterAll(() => gateway.close());

test('while shubniggurath sleeps no batch is started', async () => {
  const body = { job_name: 'album', audio_files: ['song.wav'] };
  const answer = (await call('POST', '/vx11/audio/batch', body)).json<AudioBatchAnswer>();
  expect(answer).toMatchObject({ status: 'ERROR', batch: null, error: 'off_by_policy' });
  expect((await call('GET', '/vx11/audio/batch')).json()).toEqual({ batches: [] });
});

test('a batch answers file by file: one bad file fails alone, and a cancel reaches its workflow', async () => {
  const { store } = gateway;
  const services = ['shubniggurath'];
  const window = view({ services, members: services, target: 'shubniggurath' });
  await store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'shubniggurath' };
  const until = { deadline: Date.now() + 60_000, is_open: true };
  await store.leases.reserve(window.window_id, [{ ...lease, ...until }], Date.now());
  const audio_files = ['song.wav', 'nope.wav'];
  const body = { job_name: 'album', audio_files, priority: 2 };
  const { batch } = (await call('POST', '/vx11/audio/batch', body)).json<AudioBatchAnswer>();
  const path = `/vx11/audio/batch/${batch!.batch_id}`;
  const shown = (await call('GET', path)).json<AudioBatch>();
  expect(shown).toMatchObject({ status: 'completed', processed_files: 2, failed_files: 1 });
  expect(shown.files[1]).toMatchObject({ status: 'failed', cause: 'not_audio' });
  const list = (await call('GET', '/vx11/audio/batch')).json<{ batches: AudioBatch[] }>();
  expect(list.batches.map(({ job_name }) => job_name)).toEqual(['album']);
  for (const bad of [
    { ...body, audio_files: ['../x'] },
    { ...body, priority: 11 },
  ])
    expect((await call('POST', '/vx11/audio/batch', bad)).statusCode).toBe(422);
  const slow = await call('POST', '/vx11/audio/batch', { ...body, job_name: 'slow' });
  const { batch_id } = slow.json<AudioBatchAnswer>().batch!;
  expect((await call('POST', `/vx11/audio/batch/${batch_id}/cancel`)).statusCode).toBe(200);
  expect(cancelled).toContain(`${batch_id} a operator`);
  expect((await call('GET', '/vx11/audio/batch/batch-00000000')).statusCode).toBe(404);
});
