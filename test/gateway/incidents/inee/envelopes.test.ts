import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plenty, startGateway } from '../../fixture.ts';
import {
  countRows,
  key,
  send,
  sign,
  startInee,
  strangeKey,
  writeKeys,
  type IneeGateway,
  type Signed,
} from './fixture.ts';

const now = 1_795_953_600_000;
let gateway: IneeGateway;
const fresh = (change: Signed = {}) => sign({ at: now, ...change });
const usualKeys = `garden k1 ${key}\nstranger k1 ${strangeKey}\n`;

beforeAll(async () => {
  gateway = await startInee({}, { deps: { clock: () => now } });
  await gateway.ask('POST', '/hormiguero/inee/colonies/register', { colony_id: 'garden' });
});
afterAll(() => gateway.close());
beforeEach(() => writeKeys(gateway.keysFile, usualKeys));

type Envelope = ReturnType<typeof sign>;
const withHeader = (name: string, value: string | undefined): Envelope => {
  const { headers, payload } = fresh();
  const { [name]: _, ...others } = headers;
  return { headers: { ...others, ...(value !== undefined && { [name]: value }) }, payload };
};
const flip = (text: string): string => (text.startsWith('0') ? '1' : '0') + text.slice(1);

const wrong: [string, () => Envelope][] = [
  ['no signature', () => withHeader('x-vx11-signature', undefined)],
  ['no colony', () => withHeader('x-vx11-colony', undefined)],
  ['another signature', () => withHeader('x-vx11-signature', 'a'.repeat(64))],
  [
    'one digit of its signature changed',
    () => {
      const one = fresh();
      return {
        ...one,
        headers: { ...one.headers, 'x-vx11-signature': flip(one.headers['x-vx11-signature']!) },
      };
    },
  ],
  [
    'its signature in capitals',
    () => {
      const one = fresh();
      return {
        ...one,
        headers: {
          ...one.headers,
          'x-vx11-signature': one.headers['x-vx11-signature']!.toUpperCase() + 'A',
        },
      };
    },
  ],
  ['a changed body', () => ({ ...fresh(), payload: '{"kind":"heartbeat"} ' })],
  ['another colony than the signed one', () => withHeader('x-vx11-colony', 'stranger')],
  ['another nonce than the signed one', () => withHeader('x-vx11-nonce', 'c'.repeat(32))],
  [
    'another time than the signed one',
    () => withHeader('x-vx11-timestamp', String(now / 1000 + 1)),
  ],
  ['the key of another colony', () => fresh({ secret: strangeKey })],
  ['an unknown key id', () => fresh({ keyId: 'k9' })],
  ['an unknown colony without a key', () => fresh({ colony: 'nobody' })],
  [
    'a key of zeros for an unknown colony',
    () => fresh({ colony: 'nobody', secret: '0'.repeat(64) }),
  ],
  ['a time 301 s ago', () => fresh({ at: now - 301_000 })],
  ['a time in 301 s', () => fresh({ at: now + 301_000 })],
  ['a nonce of 15 bytes', () => fresh({ nonce: 'a'.repeat(30) })],
  ['a nonce that is no hex', () => fresh({ nonce: 'z'.repeat(32) })],
  ['a time with a fraction', () => withHeader('x-vx11-timestamp', `${now / 1000}.5`)],
];

describe('an envelope', () => {
  test.each(wrong)(
    'with %s is 401, with the one body that every cause has, and writes nothing',
    async (_, make) => {
      const before = await countRows(gateway);
      const { statusCode, body } = await send(gateway, make());
      const { correlation_id: _id, ...problem } = JSON.parse(body) as Record<string, unknown>;
      expect([statusCode, problem]).toEqual([
        401,
        {
          type: '/problems/envelope_refused',
          title: 'This envelope is not accepted',
          status: 401,
          detail: 'Its headers, signature, time or nonce are not right; the log says which.',
          error: 'envelope_refused',
        },
      ]);
      expect(await countRows(gateway)).toBe(before);
      expect(gateway.log.join('\n')).toContain('an envelope was refused');
    },
  );

  test.each([-300_000, 0, 300_000])('signed %d ms from now is accepted', async (ms) => {
    const answer = await send(gateway, fresh({ at: now + ms }));
    expect(answer.json()).toMatchObject({ colony: { colony_id: 'garden' }, intent: null });
  });

  test('counts once: again it has the same 401 as a wrong one', async () => {
    const one = fresh();
    expect((await send(gateway, one)).statusCode).toBe(200);
    const { colony } = (await send(gateway, fresh())).json<{
      colony: { rewards: { heartbeats: number } };
    }>();
    expect((await send(gateway, one)).json()).toMatchObject({ error: 'envelope_refused' });
    const after = await gateway.store.inee.find('garden');
    expect(after?.heartbeats).toBe(colony.rewards.heartbeats);
  });

  test('sent to two gateways of one store at once is accepted by one', async () => {
    const { store, keysFile } = gateway;
    const inee = { remotePlane: true, execution: false, keysFile };
    const other = await startGateway({
      config: { inee },
      deps: { store: () => store, clock: () => now },
    });
    try {
      for (let n = 0; n < 10; n += 1) {
        const one = fresh();
        const answers = await Promise.all([send(gateway, one), send(other, one)]);
        expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([
          200, 401,
        ]);
      }
    } finally {
      await other.close();
    }
  });

  test('whose handling fails has still used its nonce', async () => {
    const bad = fresh({ body: '{"kind":' });
    expect((await send(gateway, bad)).json()).toMatchObject({ error: 'bad_json' });
    expect((await send(gateway, bad)).json()).toMatchObject({ error: 'envelope_refused' });
  });

  test.each([
    ['no body', '', 'bad_json'],
    ['a key twice', '{"kind":"heartbeat","kind":"intent"}', 'bad_json'],
    ['another kind', '{"kind":"run"}', 'invalid'],
    ['an intent without one', '{"kind":"intent"}', 'invalid'],
    [
      'a heartbeat with an intent',
      '{"kind":"heartbeat","intent":{"intent_type":"apply","payload":{}}}',
      'invalid',
    ],
    [
      'another colony in its intent',
      '{"kind":"intent","intent":{"intent_type":"apply","payload":{},"remote_colony_id":"x"}}',
      'invalid',
    ],
  ])('that is genuine and has %s is refused', async (_, body, error) => {
    expect((await send(gateway, fresh({ body }))).json()).toMatchObject({ error });
  });

  test('of an unknown colony is 404 once its signature is right', async () => {
    const signed = fresh({ colony: 'stranger', secret: strangeKey });
    const answer = await send(gateway, signed);
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([
      404,
      'colony_not_found',
    ]);
  });

  test('may have 64 KiB', async () => {
    const pad = (bytes: number) => '{"kind":"heartbeat"}'.padEnd(bytes, ' ');
    expect((await send(gateway, fresh({ body: pad(65_536) }))).statusCode).toBe(200);
    const longer = await send(gateway, fresh({ body: pad(65_537) }));
    expect(longer.json()).toMatchObject({
      status: 413,
      detail: 'An envelope may have 65536 bytes.',
    });
  });

  test('is 503 without VX11_INEE_REMOTE_PLANE_ENABLED, and writes nothing', async () => {
    const off = await startInee({ remotePlane: false });
    try {
      await off.ask('POST', '/hormiguero/inee/colonies/register', { colony_id: 'garden' });
      const before = await countRows(off);
      const answer = await send(off, sign());
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({ error: 'envelopes_off' });
      expect(await countRows(off)).toBe(before);
    } finally {
      await off.close();
    }
  });

  test('that is refused too often from one address is 429; genuine ones count as changes of one token', async () => {
    const limits = { ...plenty, refusalsPerAddress: 2, changesPerToken: 2 };
    const strict = await startInee({}, { config: { limits } });
    try {
      await strict.store.inee.register(
        { colony_id: 'garden', remote_url: null, life: { stage: 'egg', beats: [] } },
        {
          at: 0,
          what: 'colony_registered',
          colony_id: 'garden',
          actor: 'a',
          correlation_id: 'c',
          detail: {},
        },
      );
      const codes: number[] = [];
      for (let n = 0; n < 3; n += 1)
        codes.push((await send(strict, sign({ keyId: 'k9' }))).statusCode);
      for (let n = 0; n < 3; n += 1) codes.push((await send(strict, sign())).statusCode);
      expect(codes).toEqual([401, 401, 429, 200, 200, 429]);
    } finally {
      await strict.close();
    }
  });
});

describe('the file of keys', () => {
  const keys = async () =>
    (await gateway.ask('GET', '/hormiguero/inee/keys')).json<{
      problem: string | null;
      keys: object[];
    }>();

  test('has two live keys during a rotation, is read for each envelope, and is shown without secrets', async () => {
    const next = 'ab'.repeat(32);
    await writeKeys(gateway.keysFile, `${usualKeys}garden k2 ${next}\n`);
    expect((await send(gateway, fresh())).statusCode).toBe(200);
    expect((await send(gateway, fresh({ keyId: 'k2', secret: next }))).statusCode).toBe(200);
    const { body } = await gateway.ask('GET', '/hormiguero/inee/keys');
    expect(JSON.parse(body)).toMatchObject({ problem: null, keys: { length: 3 } });
    expect(body).not.toContain(next);
    await writeKeys(gateway.keysFile, `garden k2 ${next}\n`);
    expect((await send(gateway, fresh())).statusCode).toBe(401);
    expect((await send(gateway, fresh({ keyId: 'k2', secret: next }))).statusCode).toBe(200);
  });

  test.each([0o640, 0o604, 0o644, 0o660, 0o700])(
    'of the mode %o is refused in words',
    async (mode) => {
      await writeKeys(gateway.keysFile, usualKeys, mode);
      const written = mode.toString(8).padStart(4, '0');
      const problem = `${gateway.keysFile} has the mode ${written}; run: chmod 0600 ${gateway.keysFile}`;
      expect(await keys()).toMatchObject({ problem, keys: [] });
      const answer = await send(gateway, fresh());
      expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([
        503,
        'envelopes_off',
      ]);
      expect(answer.body).not.toContain(gateway.keysFile); // a stranger learns no path
      expect(gateway.log.join('\n')).toContain(`has the mode ${written}`);
    },
  );

  test.each([
    ['a key of 31 bytes', `garden k1 ${'a'.repeat(62)}`, 'is not: colony, key id, 64 hex digits'],
    ['a key of 33 bytes', `garden k1 ${'a'.repeat(66)}`, 'is not: colony, key id, 64 hex digits'],
    ['a key without an id', `garden ${key}`, 'is not: colony, key id, 64 hex digits'],
    ['a colony that cannot exist', `Garden k1 ${key}`, 'is not: colony, key id, 64 hex digits'],
    ['a third key', `garden k2 ${key}\ngarden k3 ${key}`, 'is a third key of garden'],
    ['a key id twice', `garden k1 ${strangeKey}`, 'names the key k1 of garden a second time'],
  ])('with %s is refused in words that show no key', async (_, line, words) => {
    await writeKeys(gateway.keysFile, `garden k1 ${key}\n${line}\n`);
    const { problem } = await keys();
    expect(problem).toContain(words);
    expect(problem).not.toMatch(/[0-9a-f]{20}/);
    expect((await send(gateway, fresh())).statusCode).toBe(503);
  });

  test('that is missing, a folder or too large is refused in words', async () => {
    const { readKeyFile } = await import('../../../../gateway/incidents/inee/key-file.ts');
    expect((await readKeyFile(`${gateway.keysFile}.none`)).problem).toContain('does not exist');
    expect((await readKeyFile('/')).problem).toContain('is no file');
    await writeKeys(gateway.keysFile, '#'.repeat(1024 * 1024 + 1));
    expect((await keys()).problem).toContain('is larger than');
  });
});
