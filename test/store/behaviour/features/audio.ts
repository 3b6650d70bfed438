import { beforeAll, describe, expect, test } from 'vitest';
import { endedBatch, fileBegun, fileEnded, queuedBatch } from '../../../../domain/audio/batch.ts';
import { endedAudio, queuedAudio } from '../../../../domain/audio/job.ts';
import { analyzeRequest } from '../../../../domain/audio/request.ts';
import { reportExample } from '../../../../gateway/audio/report-example.ts';
import type { Store } from '../../../../store/index.ts';
import { noon } from '../../../domain/samples.ts';
import type { StoreUnderTest } from '../under-test.ts';

const jobOf = (job_id: string, host: string, at: number) => {
  const request = analyzeRequest({ audio_path: 'song.wav' });
  return queuedAudio({ job_id, host, owner: 'ana', correlation_id: 'c-1', request }, at);
};

export function describeAudio(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('audio jobs', () => {
    test('are listed newest first, and leave with their reports', async () => {
      for (const [nth, host] of ['a-box', 'a-box', 'a-other'].entries())
        await store.audio.create(jobOf(`audio-0000000${nth}`, host, noon + nth), [], null);
      const listed = await other.audio.list({ limit: 2 });
      expect(listed.map(({ job_id }) => job_id)).toEqual(['audio-00000002', 'audio-00000001']);
      expect(await other.audio.list({ host: 'a-box', limit: 9 })).toHaveLength(2);
      expect(await other.audio.report('audio-00000000')).toBeNull();
      await store.audio.saveReport('audio-00000000', { ...reportExample, recommendations: [] });
      await store.audio.saveReport('audio-00000000', reportExample);
      expect(await other.audio.report('audio-00000000')).toEqual(reportExample);
      const end = { ok: true as const, artifacts: [] };
      await store.audio.change('audio-00000000', (view) => ({
        view: endedAudio(view, end, noon + 10),
        events: [],
      }));
      const removed = await store.retention.forget({ before: noon + 11, now: noon, actor: 'a' });
      expect(removed['audio_jobs']).toBe(1);
      expect(await other.audio.find('audio-00000000')).toBeNull();
      expect(await other.audio.report('audio-00000000')).toBeNull();
    });
    test('of a batch are counted file by file, and it leaves after its end', async () => {
      const batch_id = 'batch-00000001';
      const body = { job_name: 'album', audio_files: ['01.wav', '02.wav'] };
      const about = { batch_id, host: 'a-box', owner: 'ana', correlation_id: 'c-1' };
      await store.audioBatches.create(queuedBatch(body, about, noon), [], null);
      const failed = { ok: false as const, cancelled: false, cause: 'not_audio', detail: 'x' };
      await other.audioBatches.change(batch_id, (now) => ({
        view: fileEnded(fileBegun(now, 1), 1, failed),
        events: [],
      }));
      const [listed] = await other.audioBatches.list({ limit: 2 });
      expect(listed).toMatchObject({ status: 'running', processed_files: 1, failed_files: 1 });
      await store.audioBatches.change(batch_id, (now) => ({
        view: endedBatch(now, 'cancelled', noon + 10),
        events: [],
      }));
      expect(await other.audioBatches.find(batch_id)).toMatchObject({
        status: 'cancelled',
        processed_files: 2,
        files: [{ status: 'cancelled' }, { status: 'failed', cause: 'not_audio' }],
      });
      const removed = await store.retention.forget({ before: noon + 11, now: noon, actor: 'a' });
      expect(removed['audio_batches']).toBe(1);
    });
  });
}
