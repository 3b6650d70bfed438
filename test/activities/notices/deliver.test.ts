import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createDeliver } from '../../../activities/notices/deliver.ts';
import { secretReader } from '../../../activities/notices/secrets.ts';
import { keyOf, signedHeaders } from '../../../activities/notices/sign.ts';
import { channelSource } from '../../../contracts/notice-channel.ts';
import { digestOf } from '../../../domain/notices/digest.ts';
import { noon } from '../../domain/samples.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { webhookSecret } from './sender.ts';
import { startMailServer } from './smtp-server.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => void (receiver.got.length = 0));
afterAll(() => receiver.close());

const message = digestOf('notice-00000001', [
  {
    type: 'plan.waiting',
    severity: 'high',
    title: 'A plan waits',
    text: 'look & decide',
    subject: 'plan-1',
    at: '2026-01-05T12:00:00.000Z',
    valid_until: null,
  } as const,
]);
const secrets: Record<string, string> = {
  VX11_NOTIFY_TOKEN: 'tk_secret',
  VX11_NOTIFY_HOOK: webhookSecret,
  VX11_NOTIFY_NEXT: `whsec_${Buffer.alloc(32, 9).toString('base64')}`,
};
const deliver = (source: object, allowed = ['127.0.0.1']) => {
  const env = { ...secrets, VX11_NOTIFY_URL: `${receiver.url}/services/T/B/x` };
  const secret = secretReader(env, tmpdir, '/nonexistent-home/..');
  const deps = { host: 'box', allowed, secret, clock: () => noon };
  return createDeliver(deps)(channelSource.parse({ name: 'a', ...source }), message);
};
const fromEnv = (name: string) => ({ env: `VX11_NOTIFY_${name}` });

describe('a message goes', () => {
  test('to ntfy as JSON to its root, with the token', async () => {
    const source = { type: 'ntfy', url: receiver.url, topic: 'home', token: fromEnv('TOKEN') };
    expect(await deliver(source)).toEqual({ ok: true });
    expect(receiver.got).toMatchObject([
      {
        path: '/',
        headers: { authorization: 'Bearer tk_secret', 'content-type': 'application/json' },
        body: { topic: 'home', title: 'A plan waits', priority: 4, tags: ['warning'] },
      },
    ]);
  });

  test('to Slack and Discord at the address that is a secret', async () => {
    expect(await deliver({ type: 'slack', url: fromEnv('URL') })).toEqual({ ok: true });
    expect(await deliver({ type: 'discord', url: fromEnv('URL') })).toEqual({ ok: true });
    expect(receiver.got).toMatchObject([
      { path: '/services/T/B/x', body: { text: '⚠ A plan waits' } },
      {
        path: '/services/T/B/x',
        body: { content: '⚠ A plan waits', allowed_mentions: { parse: [] } },
      },
    ]);
  });

  test('to the Apprise API, by a key of the server or by addresses', async () => {
    const shared = { type: 'apprise', url: `${receiver.url}/`, tag: 'ops' };
    await deliver({ ...shared, key: 'home' });
    await deliver({ ...shared, urls: fromEnv('TOKEN') });
    expect(receiver.got).toMatchObject([
      { path: '/notify/home', body: { title: 'A plan waits', type: 'warning', tag: 'ops' } },
      { path: '/notify', body: { urls: 'tk_secret', body: 'look & decide' } },
    ]);
  });

  test('to a webhook with a signature for each secret', async () => {
    const secret = [fromEnv('HOOK'), fromEnv('NEXT')];
    await deliver({ type: 'webhook', url: `${receiver.url}/in`, secret });
    const [got] = receiver.got;
    const { headers, text, body } = got!;
    expect(body).toMatchObject({ type: 'vx11.notices', data: { id: 'notice-00000001' } });
    expect(headers).toMatchObject({
      'webhook-id': 'notice-00000001',
      'webhook-timestamp': String(noon / 1000),
    });
    const signed = ['HOOK', 'NEXT'].map((name) => {
      const key = Buffer.from(secrets[`VX11_NOTIFY_${name}`]!.slice('whsec_'.length), 'base64');
      const mac = createHmac('sha256', key).update(`notice-00000001.${noon / 1000}.${text}`);
      return `v1,${mac.digest('base64')}`;
    });
    expect(headers['webhook-signature']).toBe(signed.join(' '));
  });

  test('by e-mail as plain text, under the same id in every try', async () => {
    const server = await startMailServer();
    onTestFinished(() => server.close());
    const mail = { type: 'email', host: '127.0.0.1', port: server.port, security: 'none' };
    const source = { ...mail, from: 'vx11@example.org', to: ['a@example.org', 'b@example.org'] };
    expect(await deliver(source)).toEqual({ ok: true });
    expect(await deliver(source)).toEqual({ ok: true });
    expect(server.mails).toHaveLength(2);
    for (const text of server.mails) {
      expect(text).toContain('Subject: [VX11] A plan waits');
      expect(text).toContain('Message-ID: <notice-00000001@box.vx11>');
      expect(text).toContain('References: <plan-1@box.vx11>');
      expect(text).toContain('look & decide');
    }
  });
});

describe('a message is not sent', () => {
  test.each([
    ['an HTTP', { type: 'ntfy', url: 'http://localhost:9', topic: 'home' }],
    ['a mail', { type: 'email', host: 'localhost', port: 9, from: 'a', to: 'b' }],
  ])('to %s server with a private address, unless an operator allows it', async (_, source) => {
    const outcome = await deliver(source, []);
    expect(outcome).toMatchObject({ ok: false, final: true });
    expect((outcome as { reason: string }).reason).toContain('VX11_NOTIFY_ALLOW');
  });

  test('if its secret is missing, and the reason names only where it should be', async () => {
    const source = { type: 'slack', url: fromEnv('MISSING') };
    expect(await deliver(source)).toEqual({
      ok: false,
      final: false,
      retry_after_ms: null,
      reason: 'VX11_NOTIFY_MISSING is not set in the environment of madre',
    });
  });

  test('by e-mail to a refused recipient for good, and to a busy server later', async () => {
    for (const [refusal, final] of [
      ['550 no', true],
      ['451 later', false],
    ] as const) {
      const server = await startMailServer(refusal);
      onTestFinished(() => server.close());
      const mail = { type: 'email', host: '127.0.0.1', port: server.port, security: 'none' };
      const outcome = await deliver({ ...mail, from: 'a@example.org', to: 'b@example.org' });
      expect(outcome).toMatchObject({ ok: false, final });
    }
  });
});

test('the signature is that of the specification’s example', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  expect(signedHeaders(id, '{"test": 2432232314}', [secret], 1_614_265_330)).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
  for (const wrong of ['', 'secret', 'whsec_c2hvcnQ='])
    expect(() => keyOf(wrong)).toThrow('whsec_');
});

test('a secret is read from a file of the stack at each use, and never from the home of VX11', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const home = await mkdtemp(join(folder, 'home-'));
  const read = secretReader({}, () => folder, home);
  await writeFile(join(folder, 'token'), 'one\n');
  expect(await read({ file: 'token' })).toBe('one');
  await writeFile(join(folder, 'token'), 'two\n');
  expect(await read({ file: 'token' })).toBe('two');
  for (const name of ['internal-key', '..key']) {
    await writeFile(join(home, name), 'key');
    await expect(read({ file: join(home, name) })).rejects.toThrow('VX11_HOME');
  }
  await expect(read({ file: 'none' })).rejects.toThrow('cannot be read');
  await writeFile(join(folder, 'empty'), '');
  await expect(read({ file: 'empty' })).rejects.toThrow('is empty');
});
