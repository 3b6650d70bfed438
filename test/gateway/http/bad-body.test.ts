import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRequests, good } from './requests.ts';

let fixture: Awaited<ReturnType<typeof startRequests>>;

beforeAll(async () => {
  fixture = await startRequests();
});
afterAll(() => fixture.gateway.close());

describe('the body of a request', () => {
  test.each([
    ['B7: cut JSON', '{"target":', 400, 'bad_json'],
    ['B7: an empty body', '', 400, 'bad_json'],
    ['B7: trailing bytes', '{"target":"web","ttl_seconds":60}}', 400, 'bad_json'],
    ['B8: null', 'null', 422, 'invalid'],
    ['B8: an array', '[]', 422, 'invalid'],
    ['B8: a string', '"web"', 422, 'invalid'],
    ['B8: a number', '7', 422, 'invalid'],
    ['B9: __proto__', '{"__proto__":{},"target":"web","ttl_seconds":60}', 400, 'bad_json'],
    ['B14: a key twice', '{"target":"web","target":"db","ttl_seconds":60}', 400, 'bad_json'],
    ['B20: a BOM', '\uFEFF{"target":"web","ttl_seconds":60}', 400, 'bad_json'],
    ['B21: 100,000 levels', '{"a":'.repeat(100_000), 413, 'too_large'],
    ['B21: 40,000 levels', '{"a":'.repeat(40_000), 400, 'bad_json'],
    ['B15: 1e999', '{"target":"web","ttl_seconds":1e999}', 422, 'invalid'],
    ['B15: 2^53+1', '{"target":"web","ttl_seconds":9007199254740993}', 422, 'invalid'],
  ])('%s', async (_, body, status, error) => {
    expect(await fixture.post('/vx11/window/open', body)).toMatchObject({ status, error });
  });

  test.each([
    ['B10: an unknown field', { ...good, owner: 'me' }],
    ['B11: a number as a string', { ...good, ttl_seconds: '60' }],
    ['B12: a boolean for a number', { ...good, ttl_seconds: true }],
    ['B13: an array for a scalar', { ...good, target: ['web'] }],
    ['B15: a negative number', { ...good, ttl_seconds: -1 }],
    ['B15: zero', { ...good, ttl_seconds: 0 }],
    ['B15: a fraction', { ...good, ttl_seconds: 5.5 }],
    ['B15: over the maximum', { ...good, ttl_seconds: 3601 }],
    ['B18: a semicolon', { ...good, target: 'web;reboot' }],
    ['B18: a newline', { ...good, target: 'web\nredis' }],
    ['B18: a substitution', { ...good, target: '$(reboot)' }],
    ['B18: dots', { ...good, target: '..' }],
    ['B18: a slash', { ...good, target: 'a/b' }],
    ['B19: NUL', { ...good, target: 'web\0' }],
    ['B19: right to left', { ...good, target: '\u202Eweb' }],
    ['B19: a zero-width space', { ...good, target: 'we\u200Bb' }],
    ['B19: a look-alike letter', { ...good, target: 'wеb' }],
    ['B33: 201 characters', { ...good, target: 'w'.repeat(201) }],
    ['B53: bait for a slow pattern', { ...good, target: 'a'.repeat(100_000) + '!' }],
  ])('%s is 422 invalid', async (_, body) => {
    expect(await fixture.open(body)).toMatchObject({ status: 422, error: 'invalid' });
  });

  test('B18: a name that looks like an option is a name like any other, and no service has it', async () => {
    const answer = await fixture.open({ ...good, target: '--privileged' });
    expect(answer).toMatchObject({ status: 422 });
    expect(answer.error).not.toBe('invalid');
  });

  test('B13: a scalar for a list', async () => {
    const body = JSON.stringify({ services: 'web' });
    expect(await fixture.post('/operator/power/window/open', body)).toMatchObject({ status: 422 });
  });

  test.each([
    ['empty', []],
    ['of eleven', Array.from({ length: 11 }, (_, at) => `s${at}`)],
    ['with a duplicate', ['web', 'web']],
  ])('B16: a list of services %s is 422', async (_, services) => {
    const answer = await fixture.post('/operator/power/window/open', JSON.stringify({ services }));
    expect(answer).toMatchObject({ status: 422, error: 'invalid' });
  });

  test.each([
    ['POST', '/vx11/window/open', { target: 'nope', ttl_seconds: 1 }],
    ['POST', '/operator/power/window/open', { services: ['web', 'nope'] }],
    ['POST', '/operator/power/service/nope/start', {}],
    ['POST', '/operator/power/service/nope/stop', {}],
    ['POST', '/operator/power/service/nope/restart', {}],
  ] as const)(
    'B17: %s %s of an unregistered service is 422 and names the registered ones',
    async (_, url, body) => {
      const answer = await fixture.post(url, JSON.stringify(body));
      expect(answer).toMatchObject({ status: 422, error: 'service_not_allowed' });
      expect(JSON.stringify(answer.body)).toContain('web, db');
    },
  );

  test('B17: core and infrastructure services are not opened', async () => {
    for (const target of ['redis', 'postgres']) {
      expect(await fixture.open({ ...good, target })).toMatchObject({
        status: 422,
        error: 'service_not_allowed',
      });
    }
  });

  test('B20: invalid UTF-8 is 400', async () => {
    const body = Buffer.concat([
      Buffer.from('{"target":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    expect(await fixture.post('/vx11/window/open', body)).toMatchObject({
      status: 400,
      error: 'bad_json',
    });
  });

  test('B22: a body over the limit is 413', async () => {
    const answer = await fixture.open({ ...good, reason: 'x'.repeat(300_000) });
    expect(answer).toMatchObject({ status: 413, error: 'too_large' });
  });

  test.each([
    ['B23: text', 'text/plain'],
    ['B23: a form', 'application/x-www-form-urlencoded'],
    ['B23: multipart', 'multipart/form-data; boundary=x'],
    ['B24: JSON and more', 'application/json garbage'],
    ['B24: another charset', 'application/json; charset=utf-16'],
  ])('%s is 415', async (_, type) => {
    const answer = await fixture.post('/vx11/window/open', JSON.stringify(good), {
      'content-type': type,
    });
    expect(answer).toMatchObject({ status: 415, error: 'unsupported_media' });
  });

  test('B23: a missing content type is 415, and charset=utf-8 is accepted', async () => {
    const headers = { 'x-vx11-token': fixture.operator };
    const bare = await fixture.send({
      method: 'POST',
      url: '/vx11/window/open',
      payload: '{}',
      headers,
    });
    expect(bare).toMatchObject({ status: 415, error: 'unsupported_media' });
    const said = { 'content-type': 'application/json; charset=UTF-8' };
    expect(await fixture.post('/vx11/window/open', '{}', said)).toMatchObject({ status: 422 });
  });

  test('B25: a content encoding is 415', async () => {
    const answer = await fixture.post('/vx11/window/open', JSON.stringify(good), {
      'content-encoding': 'gzip',
    });
    expect(answer).toMatchObject({ status: 415, error: 'unsupported_media' });
  });
});
