import { copyFileSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect as connectPlain, type AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { tlsFetch, type TlsClient } from '../../../platform/tls/fetch.ts';
import { fixed, follow, type Live } from '../../../platform/tls/live.ts';
import { readMaterial, type TlsMaterial } from '../../../platform/tls/material.ts';
import { createSecureServer } from '../../../platform/tls/server.ts';
import { tlsTrouble } from '../../../platform/tls/trouble.ts';
import { createAuthority, past, type Authority, type Certificate } from '../../tls/authority.ts';

let authority: Authority;
let other: Authority;
const servers: Server[] = [];
beforeAll(() => {
  authority = createAuthority();
  other = createAuthority('other');
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => {
  authority.remove();
  other.remove();
});

const filesOf = ({ cert, key }: Certificate, ca?: string) => ({
  cert: { variable: 'CERT', path: cert },
  key: { variable: 'KEY', path: key },
  ...(ca !== undefined && { ca: { variable: 'CA', path: ca } }),
});
const material = (certificate: Certificate, ca?: string): TlsMaterial =>
  readMaterial(filesOf(certificate, ca), Date.now());
const expired = (certificate: Certificate): TlsMaterial =>
  readMaterial(filesOf(certificate), Date.parse('2024-01-01T12:00:00Z'));
/** As it is in the file, whatever its dates. */
const clientOf = ({ cert, key }: Certificate, ca = authority.ca): TlsClient => ({
  cert: readFileSync(cert, 'utf8'),
  key: readFileSync(key, 'utf8'),
  ca: readFileSync(ca, 'utf8'),
});
const trusting = (ca = authority.ca): TlsClient => ({ ca: readFileSync(ca, 'utf8') });

async function serve(live: Live<TlsMaterial>, mutual = false): Promise<string> {
  const server = createSecureServer(
    (_, response) => void setTimeout(() => response.end('hello'), 5),
    {},
    live,
    { mutual, onPlain: (socket) => void socket.end('this is not TLS') },
  );
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function outcome(url: string, client: TlsClient): Promise<string> {
  try {
    const answer = await tlsFetch(() => client)(url);
    return await answer.text();
  } catch (error) {
    return tlsTrouble(error) ?? String((error as Error).cause);
  }
}

test('a client that names the authority gets an answer, and any other says what is wrong', async () => {
  const url = await serve(fixed(material(authority.issue('server'))));
  expect(await outcome(url, trusting())).toBe('hello');
  expect(await outcome(url, trusting(other.ca))).toContain('is not signed by an authority');
  expect(await outcome(url, {})).toContain('is not signed by an authority');
});

test('another host name and an expired certificate are named', async () => {
  const named = await serve(fixed(material(authority.issue('box', { names: 'DNS:box.example' }))));
  expect(await outcome(named, trusting())).toContain('is for other names');
  const old = await serve(fixed(expired(authority.issue('old', { dates: past }))));
  expect(await outcome(old, trusting())).toContain('has expired');
});

test('a pinned certificate is right under any name, and no other is', async () => {
  const box = material(authority.issue('pinned', { names: 'DNS:box.example' }));
  const url = await serve(fixed(box));
  const pin = { ca: box.cert!, fingerprint: box.fingerprint };
  expect(await outcome(url, pin)).toBe('hello');
  const twin = material(authority.issue('twin', { names: 'DNS:box.example' }));
  const elsewhere = await serve(fixed(twin));
  expect(await outcome(elsewhere, pin)).toContain('is not signed by an authority');
});

test('with mutual TLS, each side refuses a stranger, in words', async () => {
  const url = await serve(fixed(material(authority.issue('door'), authority.ca)), true);
  expect(await outcome(url, clientOf(authority.issue('caller')))).toBe('hello');
  expect(await outcome(url, trusting())).toContain('show a client certificate');
  const stranger = clientOf(other.issue('stranger'));
  expect(await outcome(url, { ...stranger, ...trusting() })).toMatch(
    /not signed by the authority that this process trusts/,
  );
  const late = clientOf(authority.issue('late', { dates: past }));
  expect(await outcome(url, late)).toContain('your certificate has expired');
  expect(await outcome(url, clientOf(authority.issue('again'), other.ca))).toContain(
    'is not signed by an authority',
  );
});

test('TLS before 1.2 is refused', async () => {
  const url = new URL(await serve(fixed(material(authority.issue('new')))));
  const at = { host: '127.0.0.1', port: Number(url.port), ca: readFileSync(authority.ca) };
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
  const failed = await new Promise<Error>((resolve) => {
    connect({ ...at, ...old }).on('error', resolve);
  });
  expect(tlsTrouble(failed)).toContain('no version of TLS');
  const socket = connect({ ...at, maxVersion: 'TLSv1.2' });
  await once(socket, 'secureConnect');
  expect(socket.getProtocol()).toBe('TLSv1.2');
  socket.destroy();
});

test('plain HTTP on the port is answered in words', async () => {
  const url = new URL(await serve(fixed(material(authority.issue('worded')))));
  const socket = connectPlain(Number(url.port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [text] = (await once(socket, 'data')) as [Buffer];
  expect(String(text)).toBe('this is not TLS');
});

test('a connection that sends nothing does not keep the server from closing', async () => {
  const url = new URL(await serve(fixed(material(authority.issue('quiet')))));
  const silent = connectPlain(Number(url.port), '127.0.0.1');
  const half = connectPlain(Number(url.port), '127.0.0.1');
  await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
  half.write(Buffer.from([22, 3, 1])); // the beginning of a handshake
  await sleep(50);
  const [server] = servers.splice(0);
  const closed = new Promise((resolve) => server!.close(() => resolve('closed')));
  // a handshake may take longer than this
  expect(await Promise.race([closed, sleep(8000, 'still open')])).toBe('closed');
});

test('certificates of both sides are replaced under load without a failed request', async () => {
  const [mine, theirs] = [authority.issue('mine'), authority.issue('theirs')];
  const fresh = Array.from({ length: 4 }, (_, at) => authority.issue(`fresh${at}`));
  const options = { everyMs: 40 };
  const read = (one: Certificate) => () => material(one, authority.ca);
  const server = follow([mine.cert, mine.key], read(mine), options);
  const client = follow([theirs.cert, theirs.key], read(theirs), options);
  const url = await serve(server, true);
  const call = tlsFetch(() => client.current());
  const first = [server.current().fingerprint, client.current().fingerprint];
  let answered = 0;
  const over = new AbortController();
  const load = Array.from({ length: 16 }, async () => {
    while (!over.signal.aborted) {
      const answer = await call(url, { method: 'POST', body: 'x' });
      expect(await answer.text()).toBe('hello');
      answered += 1;
    }
  });
  for (const [at, next] of fresh.entries()) {
    const [old, live] = at % 2 === 0 ? [mine, server] : [theirs, client];
    copyFileSync(next.cert, old.cert);
    await sleep(60); // the files do not belong together meanwhile
    copyFileSync(next.key, old.key);
    const pem = readFileSync(next.cert, 'utf8');
    await vi.waitFor(() => expect(live.current().cert).toBe(pem), { timeout: 30_000 });
    const before = answered;
    await vi.waitFor(() => expect(answered).toBeGreaterThan(before + 16), { timeout: 30_000 });
  }
  over.abort();
  await Promise.all(load);
  expect([server.current().fingerprint, client.current().fingerprint]).not.toEqual(first);
  server.stop();
  client.stop();
}, 120_000);
