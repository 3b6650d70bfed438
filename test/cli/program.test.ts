import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewEvent } from '../../contracts/event.ts';
import type { WindowView } from '../../contracts/window.ts';
import { strayNote } from '../../domain/services/settle.ts';
import { observation } from '../gateway/fixture.ts';
import { startFixture, vx11, type CliFixture } from './fixture.ts';

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** The window of `web` opens; that of `db` fails. */
function outcome(view: WindowView): [Partial<WindowView>, NewEvent[]] {
  const event = (type: NewEvent['type'], service?: string, payload = {}): NewEvent => ({
    type,
    at: Date.now(),
    actor: 'workflow',
    window_id: view.window_id,
    ...(service !== undefined && { service }),
    payload,
  });
  const opening = event('window.opening', undefined, { members: view.services });
  if (view.services.includes('db')) {
    const detail = 'the image is missing; pull it';
    const failure = { service: 'db', error: 'image_missing', detail } as const;
    const events = [opening, event('service.failed', 'db', failure), event('window.failed')];
    return [{ state: 'failed', services_failed: [failure], closed_at: inMs(0) }, events];
  }
  const open = { state: 'open', opened_at: inMs(0), services_started: view.services } as const;
  const events = [opening, event('service.started', 'web', { ready_ms: 12 }), event('window.open')];
  return [{ ...open, expires_at: view.ttl_ms === null ? null : inMs(view.ttl_ms) }, events];
}

let fixture: CliFixture;
beforeAll(async () => void (fixture = await startFixture(outcome)));
afterAll(() => fixture.close());

test('a window is opened with progress, listed, extended and closed', async () => {
  const opened = await fixture.vx11([
    'open',
    'web',
    '--ttl',
    '10m',
    '--reason',
    'a\u001b[31m demo',
  ]);
  expect(opened).toMatchObject({ code: 0 });
  expect(opened.err).toMatch(/starting web\n {2}web is ready after 12 ms/);
  expect(opened.out).toMatch(/web: open until .*\(in (10m|9m 59s)\)/);
  const id = /window-[0-9a-f]+/.exec(opened.out)![0];
  const status = await fixture.vx11('status');
  expect(status.code).toBe(0);
  expect(status.out).toMatch(new RegExp(`web +window .*${id}.*a demo`));
  expect((await fixture.vx11(`extend ${id} --by 5m`)).out).toMatch(/\(in (15m|14m 59s)\)/);
  expect((await fixture.vx11('windows --state open --limit 5')).out).toContain(id);
  const closed = await fixture.vx11('close web --reason done');
  expect(closed).toMatchObject({ code: 0 });
  expect(closed.out).toMatch(/web: closed\.\nClosed by caller/);
  expect((await fixture.vx11('close web')).out).toMatch(/was not open/);
  const events = await fixture.vx11(`events --window ${id}`);
  expect(events.out).toMatch(/window\.requested[^]*service\.started[^]*window\.open/);
});

test('status shows why a stray is reported', async () => {
  const seen = observation('db', { note: strayNote, stray_since: Date.now() });
  await fixture.store.services.observe([seen], [], Date.now());
  const { out } = await fixture.vx11('status');
  expect(out).toMatch(/db +window +running +ok +it runs without a window; open one/);
  await fixture.store.services.forget('box', ['db']);
});

test('--json prints the answer and nothing else', async () => {
  const opened = await fixture.vx11('open web --hold --json');
  expect(opened).toMatchObject({ code: 0, err: '' });
  const answer = JSON.parse(opened.out) as { window_id: string };
  expect(answer).toMatchObject({ state: 'open', deadline: null });
  const closed = await fixture.vx11(`--json close ${answer.window_id}`);
  expect(JSON.parse(closed.out)).toMatchObject({ closed: true, was_open: true });
});

test('a window that fails is reported and is exit code 1', async () => {
  const failed = await fixture.vx11('open db --ttl 1m');
  expect(failed.code).toBe(1);
  expect(failed.out).toMatch(
    /left nothing running\n {2}db failed \[image_missing\]: the image is missing/,
  );
  expect((await fixture.vx11('open db --json')).code).toBe(1);
});

test('a refusal is exit code 3 and names the error, the field, the next step and the correlation id', async () => {
  const unknown = await fixture.vx11('open nope');
  expect(unknown.code).toBe(3);
  expect(unknown.err).toMatch(/\[service_not_allowed\]/);
  expect(unknown.err).toMatch(/next: vx11 status lists/);
  expect(unknown.err).toMatch(/correlation id: \S+/);
  const long = await fixture.vx11('open web --ttl 30d');
  expect(long.code).toBe(3);
  expect(long.err).toMatch(/field .*ttl_seconds/);
  const { code, err } = await fixture.vx11('status', {});
  expect([code, err.split('\n')[0]]).toEqual([3, 'A token is required [auth_required]']);
  expect((await fixture.vx11('status', { VX11_TOKEN: 'a-token-of-nobody' })).err).toMatch(
    /\[forbidden\]/,
  );
  expect(
    (await fixture.vx11('token list', { VX11_TOKEN: await fixture.token('viewer') })).err,
  ).toMatch(/\[scope\]/);
});

test.each([
  'open',
  'open web --ttl 10',
  'open web --ttl 1m --hold',
  'open web --wait 61',
  'extend web',
  'windows --state ajar',
  'token create me',
  'events --since x',
  'nonsense',
  'status --url ftp://there',
])('the invalid command line "%s" is exit code 2, without a call', async (line) => {
  const { code, err, out } = await vx11(line.split(' '), { VX11_URL: 'http://127.0.0.1:1' });
  expect([code, out]).toEqual([2, '']);
  expect(err).not.toBe('');
});

test('tokens are created, used, listed and revoked', async () => {
  const made = await fixture.vx11('token create ci --scope viewer --expires 30d');
  expect(made.code).toBe(0);
  const id = /token-[0-9a-f]+/.exec(made.err)![0];
  expect((await fixture.vx11('status', { VX11_TOKEN: made.out })).code).toBe(0);
  expect((await fixture.vx11('token list')).out).toMatch(new RegExp(`${id} +ci +viewer`));
  expect((await fixture.vx11(`token revoke ${id}`)).out).toMatch(/is revoked/);
  expect((await fixture.vx11('status', { VX11_TOKEN: made.out })).code).toBe(3);
});

test('no gateway, a 5xx answer or one that is not from a gateway is exit code 4', async () => {
  const nobody = await vx11(['status'], { VX11_URL: 'http://127.0.0.1:1' });
  expect([nobody.code, nobody.err]).toEqual([
    4,
    expect.stringMatching(/cannot be reached[^]*vx11 up/),
  ]);
  const server = createServer((request, reply) => {
    reply.statusCode = request.url === '/vx11/status' ? 200 : 502;
    reply.end(request.url === '/vx11/status' ? '{"hello":1}' : '<html>Bad gateway');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const VX11_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await vx11(['status'], { VX11_URL })).toMatchObject({ code: 4 });
  expect((await vx11(['windows'], { VX11_URL })).err).toMatch(/502/);
  server.close();
});

test('--help lists the exit codes, and the process uses them', async () => {
  expect((await vx11(['--help'], {})).out).toMatch(/Exit codes:\n {2}0 {2}done/);
  const main = join(import.meta.dirname, '../../cli/main.ts');
  const env = { PATH: process.env.PATH, VX11_URL: 'http://127.0.0.1:1' };
  const ended = promisify(execFile)(process.execPath, [main, 'status'], { env });
  await expect(ended).rejects.toMatchObject({ code: 4, stdout: '' });
});
