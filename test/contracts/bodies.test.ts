import { describe, expect, test } from 'vitest';
import type { ZodType } from 'zod';
import { laneConstraints } from '../../contracts/autonomy.ts';
import { operatorCloseBody, operatorOpenBody } from '../../contracts/operator.ts';
import { createTokenBody } from '../../contracts/token.ts';
import {
  closeWindowBody,
  extendWindowBody,
  openWindowBody,
  windowView,
} from '../../contracts/window.ts';
import { anOpenWindow } from '../domain/samples.ts';

const id = 'window-0123456789abcdef';
const bodies: [string, ZodType, Record<string, unknown>][] = [
  ['open', openWindowBody, { target: 'web', ttl_seconds: 60 }],
  ['extend', extendWindowBody, { window_id: id, seconds: 60 }],
  ['close', closeWindowBody, { target: 'web' }],
  ['operator open', operatorOpenBody, { services: ['web', 'db'], ttl_sec: 60 }],
  ['operator close', operatorCloseBody, {}],
  ['create token', createTokenBody, { name: 'ci', scope: 'viewer' }],
];

describe.each(bodies)('the body of %s', (_, schema, valid) => {
  test('is parsed unchanged', () => expect(schema.parse(valid)).toEqual(valid));
  test.each([
    ['an unknown field', { ...valid, extra: 1 }],
    ['__proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ])('with %s is refused', (_what, body) => expect(schema.safeParse(body).success).toBe(false));
  test.each([null, [], 'text', 7, true])('is refused if it is %j', (body) => {
    expect(schema.safeParse(body).success).toBe(false);
  });
});

test.each<[string, ZodType, unknown]>([
  ['a TTL as text', openWindowBody, { target: 'web', ttl_seconds: '60' }],
  ['a TTL of 0', openWindowBody, { target: 'web', ttl_seconds: 0 }],
  ['a TTL past an hour', openWindowBody, { target: 'web', ttl_seconds: 3601 }],
  ['a TTL with a fraction', openWindowBody, { target: 'web', ttl_seconds: 1.5 }],
  ['no TTL', openWindowBody, { target: 'web' }],
  ['a TTL that is not finite', openWindowBody, { target: 'web', ttl_seconds: Infinity }],
  ['no target', openWindowBody, { ttl_seconds: 60 }],
  ['an empty target', openWindowBody, { target: '', ttl_seconds: 60 }],
  [
    'a target with a path to the parent folder',
    openWindowBody,
    { target: '../etc', ttl_seconds: 60 },
  ],
  ['a target of 201 letters', openWindowBody, { target: 'a'.repeat(201), ttl_seconds: 60 }],
  ['a target with a line end', openWindowBody, { target: 'web\n', ttl_seconds: 60 }],
  ['a target that is a list', openWindowBody, { target: ['web'], ttl_seconds: 60 }],
  ['a null reason', openWindowBody, { target: 'web', ttl_seconds: 60, reason: null }],
  [
    'a reason of 501 letters',
    openWindowBody,
    { target: 'web', ttl_seconds: 60, reason: 'a'.repeat(501) },
  ],
  ['a wait of 61 s', openWindowBody, { target: 'web', ttl_seconds: 60, wait_seconds: 61 }],
  ['both target and window', extendWindowBody, { target: 'web', window_id: id, seconds: 1 }],
  ['neither target nor window', extendWindowBody, { seconds: 1 }],
  ['an extension of 0', extendWindowBody, { target: 'web', seconds: 0 }],
  ['an extension past a day', extendWindowBody, { target: 'web', seconds: 86_401 }],
  ['neither to close', closeWindowBody, {}],
  ['an id of another kind', closeWindowBody, { window_id: 'plan-0123456789abcdef' }],
  [
    'a lane that opens an invalid service name',
    laneConstraints,
    { open: { services: ['web', 'my db'], ttl_seconds: 60 } },
  ],
  ['no services', operatorOpenBody, { services: [] }],
  [
    'eleven services',
    operatorOpenBody,
    { services: Array.from({ length: 11 }, (_, n) => `s${n}`) },
  ],
  ['a service twice', operatorOpenBody, { services: ['web', 'web'] }],
  ['services as text', operatorOpenBody, { services: 'web' }],
  ['a TTL on hold', operatorOpenBody, { services: ['web'], mode: 'hold', ttl_sec: 5 }],
  ['a mode that does not exist', operatorOpenBody, { services: ['web'], mode: 'forever' }],
  ['a scope that does not exist', createTokenBody, { name: 'ci', scope: 'root' }],
  ['a name with a line end', createTokenBody, { name: 'ci\n', scope: 'viewer' }],
])('%s is refused and is not coerced', (_, schema, body) => {
  expect(schema.safeParse(body).success).toBe(false);
});

test.each<[string, ZodType, unknown]>([
  ['the shortest TTL', openWindowBody, { target: 'web', ttl_seconds: 1 }],
  ['a TTL of an hour', openWindowBody, { target: 'web', ttl_seconds: 3600 }],
  ['a wait of 0', openWindowBody, { target: 'web', ttl_seconds: 1, wait_seconds: 0 }],
  [
    'a reason in any script',
    openWindowBody,
    { target: 'web', ttl_seconds: 1, reason: '<b>日本 🦉\n' },
  ],
  ['a hold without a TTL', operatorOpenBody, { services: ['web'], mode: 'hold' }],
])('%s is accepted', (_, schema, body) => expect(schema.parse(body)).toEqual(body));

test('a view with an unknown or a missing field is refused', () => {
  expect(windowView.parse(anOpenWindow())).toEqual(anOpenWindow());
  expect(windowView.safeParse({ ...anOpenWindow(), more: 1 }).success).toBe(false);
  expect(windowView.safeParse({ ...anOpenWindow(), host: undefined }).success).toBe(false);
});
