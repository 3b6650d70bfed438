import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioBatch, AudioBatchAnswer } from '../../../contracts/audio-batch.ts';
import type { AudioReport } from '../../../contracts/audio-report.ts';
import type { AudioJobAnswer, AudioPhase } from '../../../contracts/audio.ts';
import { hasEngine } from '../../activities/audio/bench.ts';
import { wavOf } from '../../activities/audio/wav.ts';
import { noise, seconds } from '../../domain/audio/signals.ts';
import { until } from '../../stack/wait.ts';
import { startShubStack, type ShubStack } from './shub-stack.ts';

/** The programs that a process has started, and those have, by their ids. */
function below(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // after the name of the program, which may hold anything, come its state and its parent
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // it ended meanwhile
    }
  }
  const found = [pid];
  for (const one of found)
    for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found.slice(1);
}

describe.skipIf(!hasEngine)('an audio job', () => {
  let stack: ShubStack;
  beforeAll(async () => {
    stack = await startShubStack();
    for (const [name, length] of [
      ['short.wav', 4],
      ['long.wav', 40],
    ] as const) {
      const sound = noise(0.4, seconds(length), length);
      const answer = await stack.put(name, wavOf([sound, sound]));
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    }
    await stack.open();
  });
  afterAll(() => stack?.remove());

  const target = { lufs: -5, ceiling_dbtp: -1, max_gain_reduction_db: 12 };
  const master = async (audio_path: string): Promise<string> => {
    const asked = await stack.call('POST', '/vx11/audio/master', { audio_path, target });
    return (asked.body as AudioJobAnswer).job!.job_id;
  };
  /** Nothing that was measured before is known. */
  const forget = () => rm(join(stack.home, 'audio/cache'), { recursive: true, force: true });
  const shaOf = async (id: string): Promise<string> => {
    const { body } = await stack.call('GET', `/vx11/audio/jobs/${id}/report`);
    return (body as AudioReport).master!.sha256;
  };

  test('that is cancelled is dead within two seconds, and leaves nothing in work/', async () => {
    for (const phase of ['measure', 'render'] as const) {
      await forget();
      const id = await master('long.wav');
      await until(`a program runs in ${phase}`, async () => {
        const now = await stack.jobOf(id);
        return now.phase === phase && below(stack.shub.pid()!).length > 0;
      });
      const began = performance.now();
      await stack.call('POST', `/vx11/audio/jobs/${id}/cancel`);
      await until('no program runs', async () => below(stack.shub.pid()!).length === 0);
      const took = performance.now() - began;
      console.log(`cancelled in ${phase}: dead after ${Math.round(took)} ms`);
      expect(took).toBeLessThan(2000);
      expect(await stack.ended(id)).toMatchObject({ status: 'cancelled' });
      expect(await stack.working()).toEqual([]);
    }
  });

  test('whose process is killed in any of its phases leaves the same bytes', async () => {
    await forget();
    const plain = await master('short.wav');
    expect(await stack.ended(plain)).toMatchObject({ status: 'completed' });
    const sha = await shaOf(plain);
    const killedIn = async (phase: AudioPhase): Promise<{ id: string; isIn: boolean }> => {
      await forget();
      const id = await master('short.wav');
      await until(`it is in ${phase}`, async () => (await stack.jobOf(id)).phase === phase);
      await stack.shub.kill();
      const isIn = (await stack.jobOf(id)).phase === phase;
      stack.shub.start();
      const job = await stack.ended(id);
      expect(job, job.detail ?? '').toMatchObject({ status: 'completed' });
      return { id, isIn };
    };
    for (const phase of ['probe', 'measure', 'describe', 'render', 'export'] as const) {
      let killed = await killedIn(phase);
      // the shortest may be over before the kill
      for (let tries = 1; tries < 4 && !killed.isIn; tries += 1) killed = await killedIn(phase);
      expect(killed.isIn, phase).toBe(true);
      expect(await shaOf(killed.id), phase).toBe(sha);
    }
    expect(await stack.working()).toEqual([]);
  });

  test('outlives its window, says that it waits, and goes on when the next one opens', async () => {
    await forget();
    const quick = { audio_path: 'long.wav', depth: 'quick' };
    const begun = await stack.call('POST', '/vx11/audio/analyze', quick);
    const id = (begun.body as AudioJobAnswer).job!.job_id;
    await until('it is measured', async () => (await stack.jobOf(id)).phase === 'measure');
    await stack.shub.kill();
    await stack.call('POST', '/vx11/window/close', { target: 'shubniggurath' });
    const waits = async () => (await stack.jobOf(id)).status === 'waiting_for_window';
    await until('it waits for a window', waits);
    const asked = await stack.call('POST', '/vx11/audio/master', { audio_path: 'short.wav' });
    expect(asked.body).toMatchObject({ error: 'off_by_policy' });
    await stack.open();
    stack.shub.start();
    expect(await stack.ended(id)).toMatchObject({ status: 'completed' });
    expect(await stack.working()).toEqual([]);
  });

  test('that is bad fails alone in its batch, and a batch that is cancelled leaves nothing', async () => {
    const batch = async (audio_files: string[]): Promise<string> => {
      const body = { job_name: 'album', audio_files, analysis_type: 'quick', priority: 1 };
      const { body: answer } = await stack.call('POST', '/vx11/audio/batch', body);
      return (answer as AudioBatchAnswer).batch!.batch_id;
    };
    const path = (id: string): string => `/vx11/audio/batch/${id}`;
    const batchOf = async (id: string): Promise<AudioBatch> =>
      (await stack.call('GET', path(id))).body as AudioBatch;
    const over = async (id: string): Promise<AudioBatch> => {
      const isOver = async () => (await batchOf(id)).finished_at !== null;
      await stack.waitFor('the batch has ended', isOver);
      return batchOf(id);
    };
    const done = await over(await batch(['short.wav', 'nope.wav', 'long.wav']));
    expect(done).toMatchObject({ status: 'completed', processed_files: 3, failed_files: 1 });
    expect(done.files[1]).toMatchObject({ status: 'failed', cause: 'file_not_found' });

    await forget();
    const id = await batch(Array.from({ length: 8 }, () => 'long.wav'));
    await until('a program runs', async () => below(stack.shub.pid()!).length > 0);
    await stack.call('POST', `${path(id)}/cancel`);
    expect(await over(id)).toMatchObject({ status: 'cancelled', processed_files: 8 });
    expect(below(stack.shub.pid()!)).toEqual([]);
    expect(await stack.working()).toEqual([]);
  });
});
