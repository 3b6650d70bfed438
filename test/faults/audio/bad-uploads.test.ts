import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioBatch, AudioBatchAnswer } from '../../../contracts/audio-batch.ts';
import { hasEngine } from '../../activities/audio/bench.ts';
import { contents, oddNames, stable, tone } from './bad-contents.ts';
import { startShubStack, type ShubStack } from './shub-stack.ts';

const names = [...contents.map(([name]) => name), ...oddNames];
const secret = 'this text lies outside';

describe.skipIf(!hasEngine)('bad files over HTTP', () => {
  let stack: ShubStack;
  /** Every answer that is the fault of the server. */
  const faults: string[] = [];
  beforeAll(async () => {
    stack = await startShubStack();
    await stack.open();
  });
  afterAll(() => stack?.remove());

  const noted = <T extends { status: number }>(what: string, answer: T): T => {
    if (answer.status >= 500) faults.push(`${what}: ${answer.status}`);
    return answer;
  };
  const call = async (method: string, path: string, body?: object) =>
    noted(`${method} ${path}`, await stack.call(method, path, body));
  /** Only what a HEAD says: it has no body, whatever its type says. */
  const head = async (path: string): Promise<Response> => {
    const headers = { 'x-vx11-token': stack.token };
    return noted(`HEAD ${path}`, await fetch(stack.url + path, { method: 'HEAD', headers }));
  };
  const of = (name: string): string => `/vx11/audio/files/${encodeURIComponent(name)}`;

  test('forty files and odd names are taken, given back as they are, and end in an answer or a documented reason', async () => {
    const taken: string[] = [];
    for (const [name, content] of [...contents, ...oddNames.map((odd) => [odd, tone] as const)]) {
      const { status } = noted(`PUT ${name}`, await stack.put(name, content));
      expect(status, name).toBe(content.length === 0 ? 400 : 200);
      if (status === 200) taken.push(name);
    }
    for (const name of oddNames) {
      const headers = { 'x-vx11-token': stack.token };
      const back = noted(`GET ${name}`, await fetch(stack.url + of(name), { headers }));
      expect(Buffer.from(await back.arrayBuffer()).equals(tone), name).toBe(true);
      expect((await head(of(name))).headers.get('content-length')).toBe(`${tone.length}`);
    }
    const { files } = (await call('GET', '/vx11/audio/files')).body as { files: object[] };
    expect(files).toHaveLength(taken.length);

    const body = { job_name: 'bad', audio_files: names, analysis_type: 'quick' };
    const { batch } = (await call('POST', '/vx11/audio/batch', body)).body as AudioBatchAnswer;
    const path = `/vx11/audio/batch/${batch!.batch_id}`;
    const batchOf = async () => (await call('GET', path)).body as AudioBatch;
    await stack.waitFor('all have ended', async () => (await batchOf()).finished_at !== null);
    const ended = await batchOf();
    expect(ended).toMatchObject({ status: 'completed', processed_files: names.length });
    for (const { audio_path, status, cause, job_id, detail } of ended.files) {
      const why = cause ?? 'done';
      expect([...stable, 'file_not_found'], `${audio_path}: ${detail}`).toContain(why);
      expect(status, audio_path).toBe(cause === null ? 'completed' : 'failed');
      if (oddNames.includes(audio_path)) expect(why, audio_path).toBe('done');
      const job = `/vx11/audio/jobs/${job_id}`;
      const report = await call('GET', `${job}/report`);
      expect(report.status, audio_path).toBe(cause === null ? 200 : 404);
      expect(JSON.stringify(report.body)).not.toMatch(/NaN|Infinity|root:/);
      for (const artifact of ['report.json', 'waveform.png', '..%2F..%2Fengine.json'])
        await call('GET', `${job}/artifacts/${artifact}`);
      await call('POST', `${job}/cancel`);
    }
    expect(await stack.working()).toEqual([]);
    for (const name of taken) expect((await call('DELETE', of(name))).status).toBe(200);
    expect(faults).toEqual([]);
  });

  test('what is no file of audio is not there, by any route', async () => {
    const folder = join(stack.home, 'audio/files');
    const at = (name: string): string => join(folder, name);
    const outside = join(stack.home, 'outside.wav');
    await writeFile(outside, secret);
    await symlink(outside, at('link.wav'));
    await symlink(stack.home, at('folder'));
    await symlink('/dev/zero', at('zero.wav'));
    await symlink('loop.wav', at('loop.wav'));
    await mkdir(at('real'));
    const socket = createServer().listen(at('socket.wav'));
    await once(socket, 'listening');
    await writeFile(at('closed.wav'), tone);
    await chmod(at('closed.wav'), 0);
    const missing = [
      'link.wav',
      'folder/outside.wav',
      'zero.wav',
      'loop.wav',
      'real',
      'socket.wav',
    ];
    for (const name of missing) {
      expect((await head(of(name))).status, name).toBe(404);
      for (const method of ['GET', 'DELETE'])
        expect((await call(method, of(name))).status, `${method} ${name}`).toBe(404);
      const { body } = await call('POST', '/vx11/audio/analyze', { audio_path: name });
      expect(body, name).toMatchObject({ error: 'audio_file_not_found' });
    }
    await call('GET', of('closed.wav'));
    const wrong = ['../outside.wav', '/etc/passwd', 'a/../../outside.wav', 'a\0b', '.part', ''];
    for (const name of [...wrong, 'c:/x', 'file:///etc/passwd', 'x'.repeat(2000), '\ud800.wav']) {
      const path = name.isWellFormed() ? of(name) : `/vx11/audio/files/%ED%A0%80.wav`;
      await head(path);
      for (const method of ['GET', 'DELETE'])
        expect((await call(method, path)).status, `${method} ${name}`).toBeGreaterThanOrEqual(
          name === '' ? 200 : 400,
        );
      const bodies = [
        ['analyze', { audio_path: name }],
        ['master', { audio_path: name }],
        ['mix', { stems: [{ audio_path: name }] }],
        ['compare', { a: name, b: name }],
        ['batch', { job_name: 'x', audio_files: [name] }],
      ] as const;
      for (const [kind, body] of bodies)
        expect((await call('POST', `/vx11/audio/${kind}`, body)).status, kind).toBe(422);
    }
    for (const broken of ['%', '%zz', '%C0%80', '%2e%2e%2f%2e%2e', '..%5c..'])
      await call('GET', `/vx11/audio/files/${broken}`);
    expect(await readFile(outside, 'utf8')).toBe(secret);
    socket.close();
    expect(faults).toEqual([]);
  });
});
