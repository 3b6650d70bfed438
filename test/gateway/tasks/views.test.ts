import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TaskView } from '../../../contracts/task.ts';
import { endedWithout, finished, running } from '../../../domain/tasks/task.ts';
import { attemptFolder } from '../../../platform/task-folder.ts';
import { anAttempt, aTask } from '../../domain/tasks/samples.ts';
import { adminToken } from '../fixture.ts';
import { startTaskGateway, type TaskGateway } from './task-fixture.ts';

async function add(
  { store }: Pick<TaskGateway, 'store'>,
  change: Partial<TaskView> = {},
): Promise<TaskView> {
  const { view, spec } = aTask(change, Date.now());
  await store.tasks.create(view, spec, []);
  return view;
}
const begin = ({ store }: Pick<TaskGateway, 'store'>, id: string) =>
  store.tasks.change(id, ({ view }) => ({
    view: running(view, 1, Date.now()),
    attempt: anAttempt(),
    events: [],
  }));
const end = ({ store }: Pick<TaskGateway, 'store'>, id: string) =>
  store.tasks.change(id, ({ view }) => ({
    view: finished(
      view,
      {
        end: { ...endedWithout('completed', 'exit', null), exit_code: 0 },
        artifacts: [],
        refused: [],
      },
      Date.now(),
    ),
    attempt: anAttempt({ state: 'completed', exit_code: 0, finished_at: new Date().toISOString() }),
    events: [],
  }));
const say = ({ store }: Pick<TaskGateway, 'store'>, id: string, seq: number, text: string) =>
  store.taskOutput.append(id, {
    attempt: 1,
    add: [
      {
        attempt: 1,
        seq,
        stream: 'stdout',
        at: Date.now(),
        start: 10 * seq,
        bytes: Buffer.from(text),
      },
    ],
    drop: [],
  });

test('a result waits for the end as long as its reader wants, and is sent at once', async () => {
  const gateway = await startTaskGateway();
  const { spawn_id } = await add(gateway);
  const soon = await gateway.get(`/vx11/result/${spawn_id}`);
  expect(soon.body).toMatchObject({ status: 'QUEUED', attempts: [], stdout: '' });
  // longer than this test may take
  const waiting = gateway.get(`/vx11/result/${spawn_id}?wait_seconds=60`);
  setTimeout(() => void begin(gateway, spawn_id).then(() => end(gateway, spawn_id)), 100);
  expect((await waiting).body).toMatchObject({ status: 'DONE', exit_code: 0 });
});

test('many readers wait at once', async () => {
  const gateway = await startTaskGateway();
  const views = await Promise.all(Array.from({ length: 30 }, () => add(gateway)));
  const waiting = views.map(({ spawn_id }) =>
    gateway.get(`/vx11/result/${spawn_id}?wait_seconds=20`),
  );
  for (const { spawn_id } of views) await end(gateway, spawn_id);
  const answers = await Promise.all(waiting);
  expect(answers.map(({ body }) => body['status'])).toEqual(Array(30).fill('DONE'));
});

test('an unknown id is 404, a prefix of a uuid is enough, and an ambiguous prefix is 400', async () => {
  const gateway = await startTaskGateway();
  expect((await gateway.get('/vx11/result/spawn-ffffffffffffffff')).status).toBe(404);
  expect((await gateway.get('/vx11/result/xyz')).status).toBe(404);
  const one = await add(gateway, {
    spawn_id: 'spawn-aaaa000000000001',
    spawn_uuid: 'aaaa0000-0000-0001-8000-000000000000',
  });
  const found = await gateway.get('/vx11/result/aaaa');
  expect(found.body).toMatchObject({ spawn_id: one.spawn_id });
  await add(gateway, {
    spawn_id: 'spawn-aaaa000000000002',
    spawn_uuid: 'aaaa0000-0000-0002-8000-000000000000',
  });
  const many = await gateway.get('/vx11/result/aaaa0000');
  expect(many).toMatchObject({ status: 400, body: { error: 'ambiguous_spawn' } });
  expect(many.body['detail']).toContain('spawn-aaaa000000000002');
});

test('both routes list tasks, and the short form has its own states', async () => {
  const gateway = await startTaskGateway();
  const parent = await add(gateway);
  const child = await add(gateway, { parent_id: parent.spawn_id, user_id: 'ada' });
  await end(gateway, child.spawn_id);
  for (const url of ['/vx11/spawns', '/spawn/list']) {
    const all = await gateway.get(`${url}?limit=1`);
    expect(all.body['spawns']).toHaveLength(1);
    const rest = await gateway.get(`${url}?limit=1&cursor=${String(all.body['next_cursor'])}`);
    expect(rest.body['next_cursor']).toBeNull();
    const daughters = await gateway.get(`${url}?parent_id=${parent.spawn_id}&state=completed`);
    expect(daughters.body['spawns']).toMatchObject([{ spawn_id: child.spawn_id }]);
    expect((await gateway.get(`${url}?limit=0`)).status).toBe(422);
  }
  expect((await gateway.get('/vx11/spawns?user_id=ada')).body['spawns']).toHaveLength(1);
  expect((await gateway.get('/spawn/list?user_id=ada')).status).toBe(422);
  const short = await gateway.get(`/spawn/${child.spawn_id}/status`);
  expect(short.body).toMatchObject({ status: 'completed', exit_code: 0 });
  const waiting = await gateway.get(`/spawn/${parent.spawn_id}/status`);
  expect(waiting.body['status']).toBe('created');
});

test('a cancel ends the task and its children, and signals each workflow', async () => {
  const gateway = await startTaskGateway();
  const parent = await add(gateway);
  const child = await add(gateway, { parent_id: parent.spawn_id });
  setTimeout(() => void end(gateway, parent.spawn_id), 50);
  const answer = await gateway.inject({
    method: 'DELETE',
    url: `/vx11/spawn/${parent.spawn_id}`,
    headers: { 'x-vx11-token': adminToken },
  });
  expect(answer.json()).toMatchObject({ was_live: true, daughters: [child.spawn_id] });
  expect(gateway.ended.map(([id]) => id)).toEqual([parent.spawn_id, child.spawn_id]);
  const again = await gateway.inject({
    method: 'DELETE',
    url: `/vx11/spawn/${parent.spawn_id}`,
    headers: { 'x-vx11-token': await gateway.token('operator') },
  });
  expect(again.statusCode).toBe(404);
});

test('the log is replayed, then each new piece follows, and the end event has the outcome of the task', async () => {
  const gateway = await startTaskGateway();
  const url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const { spawn_id } = await add(gateway);
  await begin(gateway, spawn_id);
  await say(gateway, spawn_id, 0, 'before\n');
  const cut = new AbortController();
  onTestFinished(() => cut.abort());
  const read = (place?: string) =>
    fetch(`${url}/vx11/spawn/${spawn_id}/logs`, {
      headers: { 'x-vx11-token': adminToken, ...(place && { 'last-event-id': place }) },
      signal: cut.signal,
    });
  const response = await read();
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (part: string): Promise<void> => {
    while (!text.includes(part)) text += (await reader.read()).value ?? '';
  };
  await until('before');
  await say(gateway, spawn_id, 1, 'after\n');
  await until('"after');
  expect(text).toContain('event: gap');
  await end(gateway, spawn_id);
  await until('event: end');
  expect(text).toContain('"state":"completed"');
  const rest = await (await read('1.0')).text();
  expect(rest).not.toContain('before');
  expect(rest).toContain('after');
  expect((await read('nonsense')).status).toBe(400);
});

test('a resumed log has every character whole, and reports the bytes dropped in between', async () => {
  const gateway = await startTaskGateway();
  const { spawn_id } = await add(gateway);
  await begin(gateway, spawn_id);
  const euro = Buffer.from('a€b');
  const piece = (seq: number, start: number, bytes: Uint8Array) => ({
    attempt: 1,
    seq,
    stream: 'stdout' as const,
    at: Date.now(),
    start,
    bytes,
  });
  const pieces = [
    piece(1, 0, euro.subarray(0, 3)),
    piece(2, 3, euro.subarray(3)),
    piece(3, 5, euro),
  ];
  await gateway.store.taskOutput.append(spawn_id, { attempt: 1, add: pieces, drop: [] });
  await end(gateway, spawn_id);
  const read = async (place?: string) => {
    const headers = { 'x-vx11-token': adminToken, ...(place && { 'last-event-id': place }) };
    return (await gateway.inject({ url: `/vx11/spawn/${spawn_id}/logs`, headers })).body;
  };
  const [first] = /(?<=^id: ).*$/m.exec(await read())!;
  const rest = await read(first);
  expect(rest).toContain('"text":"€b"');
  expect(rest).not.toMatch(/\ufffd|"text":"a"/);
  await gateway.store.taskOutput.append(spawn_id, { attempt: 1, add: [], drop: [1, 2] });
  const broken = await read(first);
  expect(broken).toContain('event: gap\ndata: {"attempt":1,"stream":"stdout","bytes":4}');
  expect(broken).toContain('"text":"a€b"');
});

test('artifacts of a task are served as bytes to save, and nothing outside its folder is served', async () => {
  const gateway = await startTaskGateway();
  const { spawn_id } = await add(gateway);
  await begin(gateway, spawn_id);
  await say(gateway, spawn_id, 0, 'all of it');
  await end(gateway, spawn_id);
  const folder = join(gateway.files, spawn_id, '1/left');
  await mkdir(join(folder, 'deep'), { recursive: true });
  await writeFile(join(folder, 'deep/page.html'), '<script>');
  await writeFile(join(gateway.files, 'secret'), 'secret');
  await symlink(join(gateway.files, 'secret'), join(folder, 'link'));
  await symlink(gateway.files, join(folder, 'up'));
  const get = (path: string) =>
    gateway.inject({
      url: `/vx11/spawn/${spawn_id}/artifacts/${path}`,
      headers: { 'x-vx11-token': adminToken },
    });
  const page = await get('deep/page.html');
  expect(page.body).toBe('<script>');
  expect(page.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': "attachment; filename*=UTF-8''page.html",
    'x-content-type-options': 'nosniff',
  });
  for (const path of ['nope', 'deep', 'link', 'up/secret', 'deep/page.html/x']) {
    expect((await get(path)).statusCode, path).toBe(404);
  }
  for (const path of ['..%2f..%2fsecret', '%2e%2e/secret', 'a%00b', 'a//b', '']) {
    expect((await get(path)).statusCode, path).toBeGreaterThanOrEqual(400);
    expect((await get(path)).body, path).not.toBe('secret');
  }
  expect((await get('.output/stdout')).body).toBe('all of it');
  expect((await get('.output/stderr')).body).toBe('');
});

test('a callback address is shown with its origin, and without its secret path', async () => {
  const gateway = await startTaskGateway();
  const { spawn_id } = await add(gateway, { callback_url: 'https://hooks.example/s3cret?key=1' });
  for (const url of [`/vx11/result/${spawn_id}`, '/vx11/spawns']) {
    const { body } = await gateway.get(url);
    expect(JSON.stringify(body)).toContain('"callback_url":"https://hooks.example/…"');
  }
});

test('a stream that grows while it is read is sent with the promised length', async () => {
  const gateway = await startTaskGateway();
  const { spawn_id } = await add(gateway);
  await begin(gateway, spawn_id);
  const folder = attemptFolder(gateway.files, spawn_id, 1, 'output');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'stdout');
  await writeFile(file, '');
  const read = () =>
    gateway.inject({
      url: `/vx11/spawn/${spawn_id}/artifacts/.output/stdout`,
      headers: { 'x-vx11-token': adminToken },
    });
  expect((await read()).rawPayload.length).toBe(0);
  const size = 4 * 1024 * 1024;
  await writeFile(file, Buffer.alloc(size));
  const answer = read();
  for (let nth = 0; nth < 100; nth += 1) await appendFile(file, 'more');
  const { headers, rawPayload } = await answer;
  expect(rawPayload.length).toBe(Number(headers['content-length']));
  expect(rawPayload.length).toBeGreaterThanOrEqual(size);
});

test('a stream of which only the beginning and the end are stored is not served as complete', async () => {
  const gateway = await startTaskGateway();
  const { spawn_id } = await add(gateway);
  await begin(gateway, spawn_id);
  await say(gateway, spawn_id, 0, 'beginning ');
  await say(gateway, spawn_id, 5, 'end');
  const url = `/vx11/spawn/${spawn_id}/artifacts/.output/stdout`;
  const { status, body } = await gateway.get(url);
  expect(status).toBe(404);
  expect(body).toMatchObject({ error: 'artifact_not_found' });
});

test('a completely stored stream that is not UTF-8 is shown as bytes beside the text', async () => {
  const gateway = await startTaskGateway();
  const { spawn_id } = await add(gateway);
  await begin(gateway, spawn_id);
  const bytes = Buffer.from([0xff, 0x00, 0x41, 0xc3]);
  const piece = { attempt: 1, stream: 'stdout' as const, at: Date.now() };
  const pieces = [
    { ...piece, seq: 1, start: 0, bytes: bytes.subarray(0, 1) },
    { ...piece, seq: 2, start: 1, bytes: bytes.subarray(1) },
  ];
  await gateway.store.taskOutput.append(spawn_id, { attempt: 1, add: pieces, drop: [] });
  await end(gateway, spawn_id);
  const { body } = await gateway.get(`/vx11/result/${spawn_id}`);
  expect(body).toMatchObject({
    stdout: '\ufffd\0A\ufffd',
    stdout_base64: bytes.toString('base64'),
  });
  expect(body).not.toHaveProperty('stderr_base64');
  const url = `/vx11/spawn/${spawn_id}/artifacts/.output/stdout`;
  const whole = await gateway.inject({ url, headers: { 'x-vx11-token': adminToken } });
  expect(whole.rawPayload).toEqual(bytes);
});
