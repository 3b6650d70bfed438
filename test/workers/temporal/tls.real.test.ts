import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { readEnv } from '../../../contracts/env.ts';
import { temporalVariables } from '../../../contracts/tls.ts';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import { followTemporal, temporalSettings } from '../../../platform/tls/temporal.ts';
import { tlsTrouble } from '../../../platform/tls/trouble.ts';
import { installTemporalRuntime } from '../../../workers/temporal/runtime.ts';
import { serveTemporal } from '../../../workers/temporal/serve.ts';
import { until } from '../../stack/wait.ts';
import { createAuthority, past, type Authority, type Certificate } from '../../tls/authority.ts';
import { startTemporalFront, type TemporalFront } from '../../tls/temporal-front.ts';

let authority: Authority;
let other: Authority;
let server: Certificate;
beforeAll(async () => {
  authority = createAuthority();
  other = createAuthority('other');
  server = authority.issue('temporal', { names: 'DNS:temporal.example' });
  await installTemporalRuntime(pino({ level: 'silent' }));
}, 60_000);
afterAll(() => {
  authority.remove();
  other.remove();
});

async function front(
  own: Certificate,
  options: { clientCa?: string; apiKey?: string },
): Promise<TemporalFront> {
  const made = await startTemporalFront(inject('temporalAddress'), own, options);
  onTestFinished(() => made.close());
  return made;
}
const named = { TEMPORAL_TLS_SERVER_NAME: 'temporal.example' };
const filesOf = ({ cert, key }: Certificate, ca = authority.ca) => ({
  TEMPORAL_TLS_CLIENT_CERT_PATH: cert,
  TEMPORAL_TLS_CLIENT_KEY_PATH: key,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca,
});
const environment = (at: TemporalFront, env: Record<string, string>) =>
  readEnv({ TEMPORAL_ADDRESS: `127.0.0.1:${at.port}`, ...env }, ...temporalVariables);

/** The gateway's port to a Temporal by TLS. */
function gatewayTo(at: TemporalFront, env: Record<string, string>): TemporalPort {
  const read = environment(at, env);
  const live = followTemporal(temporalSettings(read), { everyMs: 50 });
  const port = connectTemporal(read.TEMPORAL_ADDRESS, 'default', { live });
  onTestFinished(async () => {
    live.stop();
    await port.close();
  });
  return port;
}
/** A call that loads Temporal's client: of a schedule that is not there. */
const call = (port: TemporalPort): Promise<string> =>
  port.autonomy('pause', 'nowhere', 'a test').then(
    () => 'done',
    (error: { code?: string }) =>
      error.code === 'madre_unavailable'
        ? 'answered'
        : (tlsTrouble(error) ?? error.code ?? 'unknown'),
  );

test('the gateway reaches a Temporal that requires a certificate, and refuses to trust another', async () => {
  const client = authority.issue('gateway');
  const at = await front(server, { clientCa: authority.ca });
  const good = { ...named, ...filesOf(client) };
  const port = gatewayTo(at, good);
  await port.health();
  expect(await call(port)).toBe('answered');
  expect(at.calls.at(-1)).toMatchObject({ method: 'PatchSchedule', client: 'gateway' });
  expect(await call(gatewayTo(at, filesOf(client)))).toContain('is for other names');
  const trusting = (ca: string) => ({ ...good, TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca });
  expect(await call(gatewayTo(at, trusting(other.ca)))).toContain('is not signed by an authority');
  const { TEMPORAL_TLS_SERVER_CA_CERT_PATH } = good;
  const bare = { ...named, TEMPORAL_TLS_SERVER_CA_CERT_PATH };
  expect(await call(gatewayTo(at, bare))).toContain('requires a client certificate');
  await expect(gatewayTo(at, bare).health()).rejects.toMatchObject({
    code: 'temporal_unavailable',
  });
  const expired = authority.issue('expired', { names: 'DNS:temporal.example', dates: past });
  const late = await front(expired, { clientCa: authority.ca });
  expect(await call(gatewayTo(late, good))).toContain('its certificate has expired');
});

test('a certificate of the gateway is replaced under load without a failed call', async () => {
  const [client, next] = [authority.issue('mine'), authority.issue('next')];
  const at = await front(server, { clientCa: authority.ca });
  const port = gatewayTo(at, { ...named, ...filesOf(client) });
  const outcomes = new Set<string>();
  const over = new AbortController();
  const load = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) outcomes.add(await call(port));
  });
  await until('calls arrive', () => at.calls.length > 8);
  copyFileSync(next.cert, client.cert);
  copyFileSync(next.key, client.key);
  await until('the new certificate is shown', () => at.calls.at(-1)?.client === 'next');
  over.abort();
  await Promise.all(load);
  expect([...outcomes]).toEqual(['answered']);
});

test('an API key is sent with every call, and read again from its file', async () => {
  const at = await front(server, { apiKey: 'first' });
  const file = join(authority.folder, 'api.key');
  writeFileSync(file, 'first\n');
  const trusted = { ...named, TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority.ca };
  const port = gatewayTo(at, { ...trusted, TEMPORAL_API_KEY_FILE: file });
  expect(await call(port)).toBe('answered');
  expect(await call(gatewayTo(at, { ...trusted, TEMPORAL_API_KEY: 'wrong' }))).toContain(
    'does not accept the API key',
  );
  at.require('second');
  writeFileSync(file, 'second\n');
  await until('the new key is sent', async () => (await call(port)) === 'answered');
  expect(at.calls.at(-1)?.key).toBe('second');
});

test('workers move to a new certificate and go on polling; what fails is logged in words', async () => {
  const [client, next] = [authority.issue('worker'), authority.issue('renewed')];
  const at = await front(server, { clientCa: authority.ca });
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
  const states: string[] = [];
  const serve = (env: Record<string, string>) => {
    const stopping = new AbortController();
    const serving = serveTemporal({
      env: environment(at, env),
      log,
      signal: stopping.signal,
      workers: async (on) => [
        await Worker.create({ ...on, taskQueue: 'tls', activities: { async none() {} } }),
      ],
      onState: (state) => void states.push(state),
    });
    return async (): Promise<void> => {
      stopping.abort();
      await serving;
    };
  };
  const wrong = serve({ ...named, ...filesOf(client, other.ca) });
  await until('it is logged', () => lines.some((line) => line.includes('not signed by an auth')));
  await wrong();
  const end = serve({ ...named, ...filesOf(client) });
  const polls = (name: string) =>
    at.calls.filter(
      ({ method, client: shown }) => shown === name && method === 'PollActivityTaskQueue',
    ).length;
  await until('it polls', () => polls('worker') > 0);
  const before = states.length;
  copyFileSync(next.cert, client.cert);
  copyFileSync(next.key, client.key);
  await until('it has moved', () => lines.some((line) => line.includes('moved to a new connect')));
  at.cut('worker'); // polls that wait on the old connection would go on for a minute
  await until('it polls with the new one', () => polls('renewed') > 0);
  expect(states.length).toBe(before);
  await end();
}, 40_000);
