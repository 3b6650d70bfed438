import { once } from 'node:events';
import { connect } from 'node:net';
import { spawn } from 'node:child_process';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createMadrePort } from '../../gateway/madre/client.ts';
import { tlsTrouble } from '../../platform/tls/trouble.ts';
import { internalCall, internalRoutes, knowsKey } from '../../workers/internal-http.ts';
import { internalTlsOf } from '../../workers/internal-tls.ts';
import { serveHealth, type HealthServer } from '../../workers/health-server.ts';
import { madreRevertCall } from '../../contracts/chat.ts';
import { createAuthority, past, type Authority, type Certificate } from '../tls/authority.ts';

const key = 'k'.repeat(32);
const log = pino({ level: 'silent' });
let authority: Authority;
let other: Authority;
let madre: Certificate;
let gateway: Certificate;
let door: HealthServer | undefined;
beforeAll(async () => {
  await import('undici'); // a busy machine takes longer to load it than a call may take
  authority = createAuthority();
  other = createAuthority('other');
  madre = authority.issue('madre');
  gateway = authority.issue('gateway', { names: 'DNS:gateway.example' });
}, 60_000);
afterEach(async () => {
  await door?.close();
  door = undefined;
});
afterAll(() => {
  authority.remove();
  other.remove();
});

const envOf = ({ cert, key: secret }: Certificate, ca = authority.ca) => ({
  VX11_INTERNAL_TLS_CERT_FILE: cert,
  VX11_INTERNAL_TLS_KEY_FILE: secret,
  VX11_INTERNAL_TLS_CA_FILE: ca,
});

/** madre's door, with one of its calls. */
async function openDoor(own = madre): Promise<string> {
  const { served } = internalTlsOf(envOf(own), log);
  const revert = internalCall(madreRevertCall, async () => ({ reverted: true }));
  door = await serveHealth(
    { host: '127.0.0.1', port: 0 },
    () => ({ status: 'ok', module: 'madre', version: '0' }),
    {
      tls: served,
      metrics: { text: async () => 'madre_metrics 1', mayRead: knowsKey(key) },
      routes: internalRoutes({ '/revert': revert }, key, log),
    },
  );
  return `https://127.0.0.1:${door.port}`;
}
const callerOf = (url: string, own: Certificate, ca?: string) =>
  createMadrePort(url, key, internalTlsOf(envOf(own, ca), log).send);

/** What a failed call says, down to its causes. */
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing was refused';
  } catch (error) {
    const said: string[] = [];
    for (let at: unknown = error; at instanceof Error; at = at.cause) said.push(at.message);
    return [tlsTrouble(error) ?? '', ...said].join(' / ');
  }
}

test('gateway and madre call each other by mutual TLS, and the key is still needed', async () => {
  const url = await openDoor();
  await callerOf(url, gateway).health();
  expect(await callerOf(url, gateway).metrics()).toContain('madre_metrics 1');
  const without = createMadrePort(url, 'w'.repeat(32), internalTlsOf(envOf(gateway), log).send);
  expect(await refusal(without.metrics())).toContain('madre answered 403');
});

test('madre refuses a caller without a certificate of its authority, in words, health included', async () => {
  const url = await openDoor();
  const stranger = other.issue('stranger');
  const both = createMadrePort(url, key, internalTlsOf({ ...envOf(stranger) }, log).send);
  expect(await refusal(both.health())).toContain('is not signed by the authority');
  const late = authority.issue('late', { dates: past });
  expect(() => internalTlsOf(envOf(late), log)).toThrow('expired on 2024-01-02');
});

test('the gateway refuses a madre of another authority, and one with another name', async () => {
  const url = await openDoor();
  expect(await refusal(callerOf(url, gateway, other.ca).health())).toContain(
    'is not signed by an authority that is trusted here',
  );
  await door!.close();
  const elsewhere = await openDoor(authority.issue('elsewhere', { names: 'DNS:box.example' }));
  expect(await refusal(callerOf(elsewhere, gateway).health())).toContain('is for other names');
});

test('processes that share one certificate know each other under any name', async () => {
  const shared = authority.issue('shared', { names: 'DNS:vx11.internal' });
  const url = await openDoor(shared);
  await expect(callerOf(url, shared).health()).resolves.not.toThrow();
});

test('plain HTTP is refused in words', async () => {
  const url = await openDoor();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 [\s\S]*This port speaks HTTPS only/);
});

test('two of the three files are an error that names the third', () => {
  const { VX11_INTERNAL_TLS_CA_FILE: _, ...two } = envOf(madre);
  expect(() => internalTlsOf(two, log)).toThrow('VX11_INTERNAL_TLS_CA_FILE is not set');
});

test('the health check of a container knows both', async () => {
  const probe = async (port: number, env: NodeJS.ProcessEnv): Promise<number> => {
    const child = spawn(process.execPath, ['workers/probe.mjs', String(port)], { env });
    onTestFinished(() => void child.kill());
    const [code] = (await once(child, 'exit')) as [number];
    return code;
  };
  const plain = await serveHealth({ host: '127.0.0.1', port: 0 }, () => ({
    status: 'ok',
    module: 'madre',
    version: '0',
  }));
  onTestFinished(() => plain.close());
  expect(await probe(plain.port, {})).toBe(0);
  const { port } = new URL(await openDoor());
  expect(await probe(Number(port), envOf(madre))).toBe(0);
  expect(await probe(Number(port), {})).toBe(1);
});
