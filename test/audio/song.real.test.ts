import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { audioPhase, type AudioJob, type AudioJobAnswer } from '../../contracts/audio.ts';
import { audioWorkflowId } from '../../contracts/ids.ts';
import { phasesOf } from '../../domain/audio/job.ts';
import { heartbeatOf } from '../../workers/temporal/heartbeat-of.ts';
import { hasEngine } from '../activities/audio/bench.ts';
import { wavOf } from '../activities/audio/wav.ts';
import { noise, seconds } from '../domain/audio/signals.ts';
import { ownAddress, testProgram, type TestProgram } from '../stack/program.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

describe.skipIf(!hasEngine)('shubniggurath as a process beside the stack', () => {
  let stack: TestStack;
  let shub: TestProgram;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      // its window is what counts; the role itself runs beside the stack
      services: { shubniggurath: {} },
    });
    const args = ['workers/main.ts', 'shubniggurath'];
    const settings = { ...stack.env, VX11_BIND: ownAddress() };
    shub = testProgram(process.execPath, args, settings, join(stack.home, 'shub.log'));
    shub.start();
  });
  afterAll(async () => {
    await shub?.stop();
    await stack?.destroy();
  });

  const put = async (name: string, content: Buffer): Promise<void> => {
    const answer = await fetch(`${stack.url}/vx11/audio/files/${name}`, {
      method: 'PUT',
      headers: { 'x-vx11-token': stack.token, 'content-type': 'audio/wav' },
      body: new Uint8Array(content),
    });
    expect(answer.status).toBe(200);
  };
  const jobOf = async (id: string): Promise<AudioJob> =>
    (await stack.call('GET', `/vx11/audio/jobs/${id}`)).body as AudioJob;
  const ended = async (id: string): Promise<AudioJob> => {
    await until('the job has ended', async () => (await jobOf(id)).finished_at !== null);
    return jobOf(id);
  };

  test('a song is uploaded, mastered through a kill, proved on its file, and a long job dies when it is cancelled', async () => {
    const loud = noise(0.4, seconds(6));
    await put('song.wav', wavOf([loud, loud]));
    const target = { lufs: -5, ceiling_dbtp: -1, max_gain_reduction_db: 12 };
    const body = { audio_path: 'song.wav', target };
    expect((await stack.call('POST', '/vx11/audio/master', body)).body).toMatchObject({
      error: 'off_by_policy',
    });
    const opened = await stack.call('POST', '/vx11/window/open', {
      target: 'shubniggurath',
      ttl_seconds: 300,
    });
    expect(opened.status).toBe(200);
    const asked = (await stack.call('POST', '/vx11/audio/master', body)).body as AudioJobAnswer;
    const id = asked.job!.job_id;
    await until('it renders', async () => (await jobOf(id)).phase === 'render');
    await shub.kill();
    shub.start();
    const job = await ended(id);
    expect(job, job.detail ?? '').toMatchObject({ status: 'completed' });
    const { master } = (await stack.call('GET', `/vx11/audio/jobs/${id}/report`)).body;
    expect(master.true_peak).toBeLessThanOrEqual(-1);
    expect(master).toMatchObject({ limited: true, reached: true });
    const path = `/vx11/audio/jobs/${id}/artifacts/project/song.RPP`;
    expect((await stack.call('GET', path)).body).toContain(String(master.gain_db));

    const long = noise(0.3, seconds(90), 5);
    await put('long.wav', wavOf([long, long]));
    const other = await stack.call('POST', '/vx11/audio/master', {
      ...body,
      audio_path: 'long.wav',
    });
    const second = (other.body as AudioJobAnswer).job!.job_id;
    // its heartbeats say how far a phase is, and the job follows them
    const connection = await Connection.connect({ address: inject('temporalAddress') });
    onTestFinished(() => connection.close());
    const client = new Client({ connection });
    const said = z.strictObject({ phase: audioPhase, part: z.number(), pass: z.int().nullable() });
    const heard = () => heartbeatOf(client, audioWorkflowId(second), said);
    const { part } = await until('a heartbeat says how far it is', async () => {
      const one = await heard();
      return one !== null && one.part > 0 && one;
    });
    expect(part).toBeLessThanOrEqual(1);
    const whole = 100 / phasesOf({ kind: 'master' }).length;
    await until('a phase is partly done', async () => (await jobOf(second)).percent % whole !== 0);
    await stack.call('POST', `/vx11/audio/jobs/${second}/cancel`);
    expect((await ended(second)).status).toBe('cancelled');
    expect(await readdir(join(stack.home, 'audio/work'))).toEqual([]);
  });
});
