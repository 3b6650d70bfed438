import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultSettings } from '../../../contracts/settings.ts';
import { startGateway, type Gateway } from '../fixture.ts';

let gateway: Gateway;
let [mine, other, viewer] = ['', '', ''];
beforeAll(async () => {
  gateway = await startGateway();
  mine = await gateway.token('operator');
  other = await gateway.token('operator');
  viewer = await gateway.token('viewer');
});
afterAll(() => gateway.close());

const url = '/operator/api/settings';
const get = async (token: string) =>
  (await gateway.inject({ url, headers: { 'x-vx11-token': token } })).json();
const post = async (payload: object, token = mine) => {
  const headers = { 'x-vx11-token': token };
  const answer = await gateway.inject({ method: 'POST', url, payload, headers });
  return { status: answer.statusCode, body: answer.json() };
};

test('settings are the defaults until a person changes them, for that person alone', async () => {
  expect(await get(mine)).toEqual(defaultSettings);
  const changed = await post({ appearance: { language: 'es' }, chat: { temperature: 1 } });
  expect(changed).toMatchObject({
    status: 200,
    body: {
      ok: true,
      updated_keys: ['appearance', 'chat'],
      settings: { appearance: { theme: 'dark', language: 'es' }, chat: { temperature: 1 } },
    },
  });
  await post({ appearance: { theme: 'light' } });
  expect(await get(mine)).toEqual({
    ...defaultSettings,
    appearance: { theme: 'light', language: 'es' },
    chat: { ...defaultSettings.chat, temperature: 1 },
  });
  expect(await get(other)).toEqual(defaultSettings);
});

test.each([
  { nonsense: { a: 1 } },
  { appearance: { theme: 'pink' } },
  { appearance: { font: 'big' } },
  { chat: { temperature: 3 } },
])('%o is refused, and changes nothing', async (body) => {
  const before = await get(mine);
  expect((await post(body)).status).toBe(422);
  expect(await get(mine)).toEqual(before);
});

test('a viewer reads them and changes none', async () => {
  expect(await get(viewer)).toEqual(defaultSettings);
  expect((await post({}, viewer)).status).toBe(403);
});
