import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { connectGateway } from '../../../client/gateway-client.ts';
import { readEvents } from '../../../client/event-stream.ts';
import { statusAnswer } from '../../../contracts/status.ts';
import { followMaterial, tlsFilesOf } from '../../../platform/tls/files.ts';
import type { Live } from '../../../platform/tls/live.ts';
import type { TlsMaterial } from '../../../platform/tls/material.ts';
import { fetchTrusting } from '../../../platform/tls/trust.ts';
import { vx11 } from '../../cli/fixture.ts';
import { createAuthority, type Authority, type Certificate } from '../../tls/authority.ts';
import { adminToken, beat, seedStack, startGateway, type Gateway } from '../fixture.ts';

let authority: Authority;
let shown: Certificate;
let live: Live<TlsMaterial>;
let gateway: Gateway;
let port: number;
let url: string;
beforeAll(async () => {
  authority = createAuthority();
  shown = authority.issue('gateway');
  const variables = { cert: 'CERT', key: 'KEY' };
  const files = tlsFilesOf({ CERT: shown.cert, KEY: shown.key }, variables);
  live = followMaterial(files, { everyMs: 50 });
  gateway = await startGateway({ deps: { tls: { live, hstsSeconds: 600 } } });
  await seedStack(gateway.store);
  await beat(gateway.store);
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  port = Number(new URL(url).port);
}, 60_000);
afterAll(async () => {
  live.stop();
  await gateway.close();
  authority.remove();
});

const trusted = (): typeof fetch => fetchTrusting({ variable: 'CA', path: authority.ca });
const client = (send = trusted()) => connectGateway({ url, token: adminToken, send });

test('answers come by HTTPS, with the security headers of every answer', async () => {
  expect(url).toMatch(/^https:/);
  const answer = await trusted()(`${url}/health`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

test('browsers of other machines keep to HTTPS from then on, after refusals too; those of this one do not', async () => {
  const strict = async (host: string, path: string) => {
    const ca = readFileSync(authority.ca);
    const asking = get(`${url}${path}`, { headers: { host }, ca, servername: 'localhost' });
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.headers['strict-transport-security'];
  };
  expect(await strict('box', '/health')).toBe('max-age=600');
  expect(await strict('box', '/nowhere')).toBe('max-age=600');
  expect(await strict('evil.example', '/health')).toBe('max-age=600');
  expect(await strict('localhost:8000', '/health')).toBeUndefined();
});

test('plain HTTP is refused with a problem that says so', async () => {
  const socket = connectPlain(port, '127.0.0.1');
  socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  await once(socket, 'close');
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(JSON.parse(text.split('\r\n\r\n')[1]!)).toMatchObject({
    error: 'https_required',
    status: 400,
    detail: 'This port speaks HTTPS only: begin the address with https://.',
  });
});

test('event streams and sockets work over it', async () => {
  const cut = new AbortController();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { type } of readEvents(client(), { since: 0 }, cut.signal)) seen.push(type);
  })().catch(() => undefined);
  const headers = { 'x-vx11-token': adminToken };
  const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, {
    headers,
    ca: readFileSync(authority.ca),
  });
  onTestFinished(() => socket.terminate());
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => frames.push(data.toString()));
  await once(socket, 'open');
  await expect.poll(() => frames.length).toBe(1);
  await gateway.store.events.append([{ type: 'engine.lost', at: Date.now(), actor: 'test' }]);
  await expect.poll(() => frames.at(-1)).toContain('engine.lost');
  await expect.poll(() => seen).toContain('engine.lost');
  cut.abort();
  await reading;
});

describe('vx11', () => {
  const run = (env: NodeJS.ProcessEnv) =>
    vx11(['status'], { VX11_TOKEN: adminToken, VX11_URL: url, ...env });

  test('follows an https address with the file of its authority', async () => {
    const { code, out, err } = await run({ VX11_CA_FILE: authority.ca });
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('web');
  });
  test('says what is wrong with a certificate, and what to set', async () => {
    const { code, err } = await run({});
    expect(code).not.toBe(0);
    expect(err).toContain('is not signed by an authority that is trusted here');
    expect(err).toContain('Set VX11_CA_FILE');
    const other = await run({ VX11_CA_FILE: '/nowhere/ca.pem' });
    expect(other.err).toContain('VX11_CA_FILE: /nowhere/ca.pem does not exist');
  });
  test('trusts the gateway of its own machine by its very certificate, whatever its names are', async () => {
    const named = authority.issue('named', { names: 'DNS:home.example' });
    const files = tlsFilesOf({ C: named.cert, K: named.key }, { cert: 'C', key: 'K' });
    const own = followMaterial(files);
    const home = await startGateway({ deps: { tls: { live: own, hstsSeconds: 0 } } });
    onTestFinished(() => home.close());
    await seedStack(home.store);
    const at = new URL(await home.app.listen({ host: '127.0.0.1', port: 0 }));
    const env = { VX11_TOKEN: adminToken, VX11_PORT: at.port };
    expect(await vx11(['status'], { ...env, VX11_TLS_CERT_FILE: named.cert })).toMatchObject({
      code: 0,
      err: '',
    });
    const other = await vx11(['status'], { ...env, VX11_TLS_CERT_FILE: shown.cert });
    expect(other.err).toContain('cannot be trusted');
  });
});

test('a new certificate is shown under load without a dropped request, and a wrong one never', async () => {
  const next = authority.issue('next');
  const wrong = authority.issue('wrong');
  const calls = Array.from({ length: 8 }, () => client());
  let answered = 0;
  const over = new AbortController();
  const load = calls.map(async ({ call }) => {
    while (!over.signal.aborted) {
      await call('GET', '/vx11/status', statusAnswer);
      answered += 1;
    }
  });
  const first = live.current().fingerprint;
  writeFileSync(shown.key, readFileSync(wrong.key));
  await sleep(200);
  expect(live.current().fingerprint).toBe(first);
  copyFileSync(next.cert, shown.cert);
  await sleep(100);
  copyFileSync(next.key, shown.key);
  await vi.waitFor(() => expect(live.current().fingerprint).not.toBe(first), { timeout: 8000 });
  const pem = join(authority.folder, 'next.pem');
  // the old certificate is not trusted any more
  const pinned = client(fetchTrusting({ variable: 'CA', path: pem }));
  await pinned.call('GET', '/vx11/status', statusAnswer);
  const before = answered;
  await expect.poll(() => answered, { timeout: 8000 }).toBeGreaterThan(before + 16);
  over.abort();
  await Promise.all(load);
});
