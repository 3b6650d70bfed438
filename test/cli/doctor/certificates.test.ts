import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { certificatesCheck, finding } from '../../../cli/doctor/certificates.ts';
import { examine } from '../../../cli/doctor/finding.ts';
import { certificateTroubles } from '../../../cli/up/certificate-troubles.ts';
import { readSettings } from '../../../cli/up/settings.ts';
import { fixed } from '../../../platform/tls/live.ts';
import { readMaterial } from '../../../platform/tls/material.ts';
import { createSecureServer } from '../../../platform/tls/server.ts';
import { createAuthority, past, type Authority, type Certificate } from '../../tls/authority.ts';

let authority: Authority;
let good: Certificate;
beforeAll(() => {
  authority = createAuthority();
  good = authority.issue('good');
}, 60_000);
afterAll(() => authority.remove());

const day = 86_400_000;
const own = ({ cert, key }: Certificate) => ({ VX11_TLS_CERT_FILE: cert, VX11_TLS_KEY_FILE: key });
const settings = (env: NodeJS.ProcessEnv) =>
  readSettings({ VX11_HOME: authority.folder, ...env }, '/vx11');
const check = (env: NodeJS.ProcessEnv) => examine([certificatesCheck(settings(env))]);

test('without certificates there is nothing to say', async () => {
  expect(await check({})).toEqual([]);
});

test('each certificate is checked: its names, its days, and what is wrong with it', async () => {
  const postgres = `postgres://vx11@db/vx11?sslmode=verify-full&sslrootcert=${authority.ca}`;
  const late = authority.issue('late', { dates: past });
  const found = await check({
    ...own(good),
    VX11_STORE_URL: postgres,
    TEMPORAL_TLS_CLIENT_CERT_PATH: late.cert,
    TEMPORAL_TLS_CLIENT_KEY_PATH: late.key,
    VX11_REDIS_TLS_CA_FILE: join(authority.folder, 'none.pem'),
    VX11_PORT: '1',
  });
  const states = Object.fromEntries(found.map(({ name, state }) => [name, state]));
  expect(states).toEqual({
    'certificates: the gateway': 'ok',
    'certificates: Temporal': 'fail',
    'certificates: Redis': 'fail',
    'certificates: Postgres': 'ok',
  });
  expect(found[0]!.detail).toMatch(/^valid for \d+ days, for DNS:localhost/);
  expect(found[1]!.detail).toContain('expired on 2024-01-02');
  expect(found[2]!.detail).toContain('VX11_REDIS_TLS_CA_FILE');
  expect(found.filter(({ state }) => state === 'fail').every(({ fix }) => fix)).toBe(true);
});

test('a certificate that ends within two weeks is a warning', () => {
  const files = {
    cert: { variable: 'VX11_TLS_CERT_FILE', path: good.cert },
    key: { variable: 'VX11_TLS_KEY_FILE', path: good.key },
  };
  const { expiresAt } = readMaterial(files, Date.now());
  expect(finding('x', files, expiresAt! - 10.5 * day)).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('valid for 10 days'),
  });
  expect(finding('x', files, expiresAt! - 14.5 * day)).toMatchObject({ state: 'ok' });
});

test('a gateway that shows another certificate than its file holds is a warning', async () => {
  const files = {
    cert: { variable: 'C', path: good.cert },
    key: { variable: 'K', path: good.key },
  };
  const shown = fixed(readMaterial(files, Date.now()));
  const server = createSecureServer(() => undefined, {}, shown, { onPlain: () => undefined });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const VX11_PORT = String((server.address() as AddressInfo).port);
  const served = async (certificate: Certificate) =>
    (await check({ ...own(certificate), VX11_PORT })).find(({ name }) => name.endsWith('served'));
  expect(await served(good)).toMatchObject({ state: 'ok' });
  expect(await served(authority.issue('other'))).toMatchObject({ state: 'warn' });
});

test('a start with a certificate that cannot be used says so instead of restarting the gateway for ever', () => {
  const text = join(authority.folder, 'text.pem');
  writeFileSync(text, 'no certificate');
  expect(certificateTroubles(settings(own(good)).env)).toEqual([]);
  const { env } = settings({ ...own(good), VX11_TLS_CERT_FILE: text });
  expect(certificateTroubles(env)).toEqual([
    { permanent: true, sentence: expect.stringContaining('VX11_TLS_CERT_FILE: ') },
  ]);
});

test('with a certificate, the supervisor and commands use https, and children get absolute paths', () => {
  const { gatewayAt, env, madreFiles } = settings({
    VX11_TLS_CERT_FILE: 'own/cert.pem',
    VX11_TLS_KEY_FILE: 'own/key.pem',
    VX11_INTERNAL_TLS_CERT_FILE: 'in/cert.pem',
    TEMPORAL_API_KEY_FILE: 'api.key',
  });
  const here = (path: string) => join(process.cwd(), path);
  expect(gatewayAt).toEqual({ url: 'https://127.0.0.1:8000', cert: here('own/cert.pem') });
  expect(env).toMatchObject({
    VX11_TLS_KEY_FILE: here('own/key.pem'),
    VX11_INTERNAL_TLS_CERT_FILE: here('in/cert.pem'),
    TEMPORAL_API_KEY_FILE: here('api.key'),
    VX11_MADRE_URL: 'https://127.0.0.1:8001',
  });
  expect(madreFiles).not.toBeNull();
  expect(settings({}).gatewayAt).toEqual({ url: 'http://127.0.0.1:8000', cert: undefined });
});
