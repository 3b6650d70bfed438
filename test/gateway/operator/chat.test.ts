import { beforeEach, afterEach, describe, expect, test } from 'vitest';
import { startPlanFixture, type PlanFixture } from '../plans/plan-fixture.ts';

let fixture: PlanFixture;
beforeEach(async () => void (fixture = await startPlanFixture()));
afterEach(() => fixture.close());

const command = async (name: string, more: object = {}) =>
  fixture.post('/operator/api/chat/commands', { command: name, ...more });

test('the chat answers under the names of all older versions', async () => {
  const { status, body } = await fixture.post('/operator/api/chat', {
    message: 'hi',
    session_id: 'desk',
    metadata: { a: 1 },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    message_id: expect.stringMatching(/^msg_[0-9a-f]{8}$/),
    session_id: 'desk',
    response: 'heard: hi',
    model_used: body.model,
    fallback_source: null,
    degraded: false,
    latency_ms: expect.any(Number),
  });
  expect(fixture.heard.at(-1)).toMatchObject({ source: 'operator', context: { a: 1 } });
});

describe('a command', () => {
  test('shows the status', async () => {
    const { body } = await command('status', { session_id: 'desk', correlation_id: 'c-9' });
    expect(body).toMatchObject({
      session_id: 'desk',
      correlation_id: 'c-9',
      command: 'status',
      result: 'ok',
      error: null,
      data: { mode: 'solo_madre', madre_available: true, windows: [] },
    });
  });

  test('that is unknown lists the known ones', async () => {
    const { status, body } = await command('reboot');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      result: 'error',
      error: 'unknown_command',
      available_commands: ['status', 'open_window', 'close_window', 'spawn', 'message'],
    });
    expect((await command('constructor')).body).toMatchObject({ error: 'unknown_command' });
  });

  test('checks its arguments as the route that does the same', async () => {
    const { body } = await command('open_window', { args: { services: ['nope'], ttl_sec: 60 } });
    expect(body).toMatchObject({ result: 'error', error: 'service_not_allowed' });
    expect((await command('open_window', { args: { ttl_sec: 60 } })).body).toMatchObject({
      result: 'error',
      error: 'invalid',
      detail: expect.stringContaining('args.services'),
    });
    expect((await command('close_window')).body).toMatchObject({ error: 'no_open_window' });
    expect((await command('message')).body.detail).toContain('message_required');
  });

  test('sends a message to madre', async () => {
    const { body } = await command('message', { message: 'hello', session_id: 'desk' });
    expect(body).toMatchObject({ result: 'ok', data: { response: 'heard: hello' } });
  });

  test('spawn says that the spawner is asleep by policy', async () => {
    const { body } = await command('spawn', { args: { task_type: 'shell', code: 'true' } });
    expect(body).toMatchObject({
      result: 'off_by_policy',
      error: 'off_by_policy',
      data: { hint: expect.any(String) },
    });
  });

  test('that needs Temporal while it is away is an error of HTTP', async () => {
    const { status, body } = await command('open_window', {
      args: { services: ['web'], ttl_sec: 60, wait_seconds: 5 },
    });
    expect([status, body.error]).toEqual([503, 'temporal_unavailable']);
  });
});

test('POST /operator/task takes a text for madre, or code for a task', async () => {
  const said = await fixture.post('/operator/task', {
    task_type: 'chat',
    payload: { text: 'status' },
    metadata: { from: 'old' },
  });
  expect(said.body).toMatchObject({ status: 'DONE', mode: 'MADRE' });
  expect(fixture.heard.at(-1)).toMatchObject({
    message: 'status',
    as_task: false,
    context: { from: 'old' },
  });
  const code = { task_type: 'python', payload: { code: 'print(1)' } };
  expect((await fixture.post('/operator/task', code)).body).toMatchObject({
    status: 'ERROR',
    error: 'off_by_policy',
    response: { required_service: 'spawner' },
  });
  for (const body of [
    { task_type: 'chat', payload: { code: 'x' } },
    { task_type: 'python', payload: { text: 'x' } },
    { task_type: 'python', payload: {} },
  ]) {
    expect((await fixture.post('/operator/task', body)).status).toBe(422);
  }
});

test.each([
  ['/operator/api/chat/window/open', { services: ['nope'] }, 422],
  ['/operator/api/chat/window/close', {}, 404],
  ['/operator/api/spawner/submit', { task_type: 'shell', code: 'true' }, 200],
])('POST %s does what the route of today does', async (url, body, status) => {
  const today: Record<string, string> = {
    '/operator/api/chat/window/open': '/operator/power/window/open',
    '/operator/api/chat/window/close': '/operator/power/window/close',
    '/operator/api/spawner/submit': '/vx11/spawn',
  };
  const [older, newer] = [await fixture.post(url, body), await fixture.post(today[url]!, body)];
  expect(older.status).toBe(status);
  const { correlation_id: _, ...rest } = older.body;
  expect(newer).toMatchObject({ status, body: rest });
});
