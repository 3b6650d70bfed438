import { describe, expect, test } from 'vitest';
import { taskBounds } from '../../../contracts/task-request.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { WorkflowGone } from '../../../gateway/temporal/not-taken.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../fixture.ts';
import { beatSpawner, startTaskGateway, task } from './task-fixture.ts';

describe('a task is refused with a hint', () => {
  test('while no window holds the spawner up', async () => {
    const gateway = await startTaskGateway();
    const { status, body } = await gateway.post('/vx11/spawn', task);
    expect(status).toBe(200);
    expect(body).toMatchObject({ spawn_id: '', status: 'ERROR', error: 'off_by_policy' });
    expect(body['hint']).toContain('vx11 open spawner --ttl 10m');
    expect(gateway.started).toEqual([]);
  });

  test('while the stack has no spawner', async () => {
    const gateway = await startTaskGateway();
    await gateway.store.services.saveCatalog(catalog([aService('web')]), []);
    const { body } = await gateway.post('/spawn', { name: 'n', command: 'ls' });
    expect(body).toMatchObject({ error: 'off_by_policy', task_type: 'command' });
    expect(body['hint']).toContain('has no service `spawner`');
  });

  test('while the spawner sends no heartbeat', async () => {
    const gateway = await startTaskGateway();
    await gateway.open();
    await beatSpawner(gateway, Date.now() - 60_000);
    const { body } = await gateway.post('/vx11/spawn', task);
    expect(body).toMatchObject({ spawn_id: '', error: 'spawner_unavailable' });
  });

  test('and its Idempotency-Key may be used again', async () => {
    const gateway = await startTaskGateway();
    const key = { 'idempotency-key': 'once' };
    expect((await gateway.post('/vx11/spawn', task, key)).body['error']).toBe('off_by_policy');
    await gateway.open();
    expect((await gateway.post('/vx11/spawn', task, key)).body['error']).toBeNull();
  });
});

describe('a task that may run', () => {
  test('is stored, started, and answered as queued', async () => {
    const gateway = await startTaskGateway();
    await gateway.open();
    const { status, body } = await gateway.post('/vx11/spawn', {
      ...task,
      correlation_id: 'mine',
      ttl_seconds: 60,
      metadata: { a: [1] },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'QUEUED', task_type: 'python', error: null });
    expect(body['correlation_id']).toBe('mine');
    expect(body['spawn_id']).toMatch(/^spawn-[0-9a-f]{16}$/);
    expect(body['spawn_uuid']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    expect(gateway.started.map(({ spawn_id }) => spawn_id)).toEqual([body['spawn_id']]);
    const { body: result } = await gateway.get(`/vx11/result/${String(body['spawn_id'])}`);
    expect(result).toMatchObject({ state: 'queued', metadata: { a: [1] }, ttl_seconds: 60 });
    const events = await gateway.store.events.after(0, 100);
    expect(events.map(({ type }) => type)).toContain('spawn.queued');
  });

  test('may reach the destinations that the operator allows', async () => {
    const gateway = await startTaskGateway();
    await gateway.open();
    const wish = { network: 'egress-allowlist', egress: ['api.good.example'] };
    expect((await gateway.post('/vx11/spawn', { ...task, ...wish })).body['error']).toBeNull();
  });

  test('is started once, however often its request is retried', async () => {
    const gateway = await startTaskGateway();
    await gateway.open();
    const key = { 'idempotency-key': 'once' };
    const first = await gateway.post('/vx11/spawn', task, key);
    const second = await gateway.post('/vx11/spawn', task, key);
    expect(second.body).toEqual(first.body);
    expect(gateway.started).toHaveLength(1);
  });

  test('is lost, and never begins, if it certainly did not reach Temporal', async () => {
    const { startTask: startSpawn } = connectTemporal('127.0.0.1:1', 'default');
    const gateway = await startTaskGateway({ temporal: { startTask: startSpawn } });
    await gateway.open();
    expect((await gateway.post('/vx11/spawn', task)).status).toBe(503);
    const { body } = await gateway.get('/vx11/spawns');
    expect(body['spawns']).toMatchObject([{ state: 'lost', cause: 'sandbox_lost' }]);
  });

  test('stays queued if it may have reached Temporal: madre handles it', async () => {
    const startSpawn = () => Promise.reject(new VX11Error('temporal_unavailable', 'away'));
    const gateway = await startTaskGateway({ temporal: { startTask: startSpawn } });
    await gateway.open();
    expect((await gateway.post('/vx11/spawn', task)).status).toBe(503);
    const { body } = await gateway.get('/vx11/spawns');
    expect(body['spawns']).toMatchObject([{ state: 'queued' }]);
  });

  test('that Temporal already runs continues unchanged', async () => {
    const startSpawn = () => Promise.reject(new WorkflowGone(null));
    const gateway = await startTaskGateway({ temporal: { startTask: startSpawn } });
    await gateway.open();
    expect((await gateway.post('/vx11/spawn', task)).body['error']).toBeNull();
  });
});

describe('S37: a field that would change the sandbox itself is refused, and nothing is started', () => {
  const smuggled: object[] = [
    { image: 'alpine' },
    { Image: 'alpine' },
    { entrypoint: ['sh'] },
    { working_dir: '/proc/self/fd/8' },
    { user: 'root' },
    { privileged: true },
    { binds: ['/:/host'] },
    { volumes: ['/:/host'] },
    { mounts: [{ Type: 'bind', Source: '/', Target: '/host' }] },
    { devices: ['/dev/sda'] },
    { cap_add: ['ALL'] },
    { security_opt: ['seccomp=unconfined'] },
    { network_mode: 'host' },
    { runtime: 'runc' },
    { labels: { 'vx11.owner': 'me' } },
    { HostConfig: { Privileged: true, Binds: ['/:/host'] } },
    { env: { LD_PRELOAD: '/task/x.so' } },
    { env: { LD_LIBRARY_PATH: '/task' } },
    { env: { 'PATH=/task:': 'x' } },
  ];
  test.each(smuggled)('%j', async (more) => {
    const gateway = await startTaskGateway();
    await gateway.open();
    for (const [path, body] of [
      ['/vx11/spawn', task],
      ['/spawn', { name: 'n', command: 'ls' }],
    ] as const) {
      const { status, body: answer } = await gateway.post(path, { ...body, ...more });
      expect(status, `${path} ${JSON.stringify(answer)}`).toBe(422);
    }
    expect(gateway.started).toEqual([]);
  });
});

describe('an invalid field is 422 and named', () => {
  const long = 'x'.repeat(taskBounds.codeBytes);
  const file = (path: string, content = '') => ({ files: [{ path, content }] });
  test.each<[string, object]>([
    ['task_type', { task_type: 'perl' }],
    ['code', { code: '' }],
    ['code', { code: `${long}é` }],
    ['code', { code: 'print(1)\0' }],
    ['args.0', { args: ['a\0b'] }],
    ['args', { args: Array<string>(101).fill('a') }],
    ['env.LD_PRELOAD', { env: { LD_PRELOAD: '/tmp/x.so' } }],
    ['env.VX11_TOKEN', { env: { VX11_TOKEN: 'x' } }],
    ['env.a-b', { env: { 'a-b': 'x' } }],
    ['env.A', { env: { A: '\0' } }],
    ['files.0.path', file('../etc/passwd')],
    ['files.0.path', file('/etc/passwd')],
    ['files.0.path', file('a/../../b')],
    ['files.0.path', file('a\0b')],
    ['files.0.path', file('a//b')],
    ['files.0.path', file('main.py')],
    ['files.1.path', { files: [...file('a').files, ...file('a').files] }],
    ['files.1.path', { files: [...file('a').files, ...file('a/b').files] }],
    ['files', file('big', 'x'.repeat(taskBounds.filesBytes + 1))],
    ['files', { files: Array.from({ length: 101 }, (_, at) => ({ path: `f${at}`, content: '' })) }],
    ['ttl_seconds', { ttl_seconds: 0 }],
    ['ttl_seconds', { ttl_seconds: 86_401 }],
    ['ttl_seconds', { ttl_seconds: '60' }],
    ['timeout_seconds', { timeout_seconds: 1.5 }],
    ['max_memory_mb', { max_memory_mb: 15 }],
    ['max_memory_mb', { max_memory_mb: 4097 }],
    ['cpus', { cpus: 5 }],
    ['max_retries', { max_retries: 11 }],
    ['network', { network: 'host' }],
    ['egress', { network: 'egress-allowlist' }],
    ['egress', { egress: ['example.org'] }],
    ['egress.0', { network: 'egress-allowlist', egress: ['elsewhere.example'] }],
    ['egress.0', { network: 'egress-allowlist', egress: ['169.254.169.254'] }],
    ['priority', { priority: 'P9' }],
    ['user_id', { user_id: 'a b' }],
    ['parent_id', { parent_id: 'spawn-00000000' }],
    ['parent_id', { parent_id: 'nobody' }],
    ['callback_url', { callback_url: 'ftp://example.org' }],
    ['callback_url', { callback_url: 'file:///etc/passwd' }],
    ['callback_url', { callback_url: 'http://me:secret@example.org' }],
    ['callback_url', { callback_url: 'http://localhost/x' }],
    ['callback_url', { callback_url: 'http://127.0.0.1:8000/' }],
    ['callback_url', { callback_url: 'http://2130706433/' }],
    ['callback_url', { callback_url: 'http://0x7f.1/' }],
    ['callback_url', { callback_url: 'http://0177.0.0.1/' }],
    ['callback_url', { callback_url: 'http://[::1]/' }],
    ['callback_url', { callback_url: 'http://[::ffff:127.0.0.1]/' }],
    ['callback_url', { callback_url: 'http://169.254.169.254/latest' }],
    ['callback_url', { callback_url: 'http://10.0.0.1/' }],
    ['body', { image: 'alpine' }],
    ['body', { Privileged: true }],
  ])('%s of %j', async (field, change) => {
    const gateway = await startTaskGateway();
    await gateway.open();
    const { status, body } = await gateway.post('/vx11/spawn', { ...task, ...change });
    expect(status, JSON.stringify(body)).toBe(422);
    const fields = (body['errors'] as { field: string }[]).map((error) => error.field);
    expect(fields).toContain(field);
    expect(gateway.started).toEqual([]);
  });

  test.each([
    ['timeout_seconds', { timeout_seconds: 301 }],
    ['command', { command: '' }],
    ['name', { name: 'a\nb' }],
  ])('%s of %j by POST /spawn', async (field, change) => {
    const gateway = await startTaskGateway();
    await gateway.open();
    const { status, body } = await gateway.post('/spawn', { name: 'n', command: 'ls', ...change });
    expect(status).toBe(422);
    expect(body['errors']).toMatchObject([{ field }]);
  });

  test('a private address is accepted if the operator lists its host', async () => {
    const gateway = await startTaskGateway({ config: { callbackAllow: ['127.0.0.1'] } });
    await gateway.open();
    const callback_url = 'http://127.0.0.1:9/hook';
    expect((await gateway.post('/vx11/spawn', { ...task, callback_url })).status).toBe(200);
  });

  test('the longest code, files and input pass together, and other routes keep their limit', async () => {
    const gateway = await startTaskGateway();
    await gateway.open();
    const all = {
      task_type: 'python',
      code: '#'.repeat(taskBounds.codeBytes),
      stdin: '\n'.repeat(taskBounds.stdinBytes),
      files: [{ path: 'a/b.txt', content: '"'.repeat(taskBounds.filesBytes) }],
    };
    expect((await gateway.post('/vx11/spawn', all)).body['error']).toBeNull();
    const args = Array<string>(taskBounds.args).fill('"'.repeat(taskBounds.argBytes));
    const command = { name: 'long', command: 'echo', args };
    expect((await gateway.post('/spawn', command)).body['error']).toBeNull();
    const other = await gateway.post('/vx11/window/open', { target: 'x'.repeat(300_000) });
    expect(other.status).toBe(413);
  });
});
