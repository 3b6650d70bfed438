import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createChecker, type Checker } from '../../../activities/checks/checker.ts';
import { startTargets } from './targets.ts';

let targets: Awaited<ReturnType<typeof startTargets>>;
let checker: Checker;
beforeAll(async () => {
  targets = await startTargets();
  checker = createChecker();
});
afterAll(async () => {
  checker.close();
  await targets.close();
});

const attempt = (source: { url: string; [field: string]: unknown }, context = {}) =>
  checker.attempt(targets.check(source), context, targets.addresses);

const readsBody = { conditions: ['[BODY].status == ok'], timeout: '400ms' };
const web = 'http://web:{http}';

describe('a target is named by what it did', () => {
  test.each<[string, { url: string; [field: string]: unknown }, string, (string | null)?]>([
    ['answers', { url: `${web}/ok` }, 'passed', null],
    [
      'answers with what was asked',
      { url: `${web}/ok`, conditions: ['len([BODY].list) == 2'] },
      'passed',
    ],
    ['answers without a body', { url: `${web}/empty`, conditions: ['[STATUS] == 204'] }, 'passed'],
    ['answers with another status', { url: `${web}/unavailable` }, 'failed', 'condition'],
    ['has no such page', { url: `${web}/missing` }, 'failed', 'condition'],
    ['answers with a text', { url: `${web}/text`, ...readsBody }, 'failed', 'condition'],
    ['answers too late', { url: `${web}/slow`, timeout: '300ms' }, 'timeout', 'timeout'],
    ['never answers', { url: `${web}/silent`, timeout: '300ms' }, 'timeout', 'timeout'],
    ['stops in its body', { url: `${web}/stalled`, ...readsBody }, 'timeout', 'timeout'],
    ['drips for ever', { url: `${web}/drip`, ...readsBody }, 'timeout', 'timeout'],
    ['never ends', { url: `${web}/endless`, ...readsBody, timeout: '5s' }, 'failed', 'too_large'],
    ['announces 1 GB', { url: `${web}/huge`, ...readsBody, timeout: '5s' }, 'failed', 'too_large'],
    [
      'has a body of 100,000 brackets',
      { url: `${web}/deep`, ...readsBody, timeout: '5s' },
      'failed',
      'condition',
    ],
    ['resets the connection', { url: `${web}/reset` }, 'failed', 'connection_reset'],
    ['ends in its body', { url: `${web}/half`, ...readsBody, timeout: '2s' }, 'failed', 'cut_off'],
    ['redirects in a circle', { url: `${web}/loop` }, 'failed', 'redirects_exceeded'],
    ['redirects to itself', { url: `${web}/moved` }, 'passed'],
    ['redirects elsewhere', { url: `${web}/away` }, 'failed', 'redirect_elsewhere'],
    ['listens nowhere', { url: 'http://web:{closed}/' }, 'failed', 'connection_refused'],
    ['is not known', { url: 'http://no-such-host.invalid/' }, 'failed', 'unknown_host'],
    ['does not speak HTTP', { url: 'http://web:{tcp}/' }, 'failed', 'not_http'],
    ['does not speak TLS', { url: 'https://web:{http}/ok' }, 'failed', 'not_tls'],
    ['has a certificate of its own', { url: 'https://web:{https}/ok' }, 'failed', 'tls_untrusted'],
    ['has one that is accepted', { url: 'https://web:{https}/ok', insecure: true }, 'passed'],
    ['takes a connection', { url: 'tcp://web:{tcp}' }, 'passed'],
    ['takes no connection', { url: 'tcp://web:{closed}' }, 'failed', 'connection_refused'],
    [
      'is away, and should be',
      { url: 'tcp://web:{closed}', conditions: ['[CONNECTED] == false'] },
      'passed',
    ],
    [
      // only the time was asked for, but there was no answer
      'is away, and was fast',
      { url: 'http://web:{closed}/', conditions: ['[RESPONSE_TIME] < 500'] },
      'failed',
      'connection_refused',
    ],
    [
      'stores what is not there',
      { url: `${web}/ok`, store: { id: '[BODY].nope' } },
      'failed',
      'store_failed',
    ],
  ])('which %s', async (_, source, status, cause) => {
    const seen = await attempt(source);
    expect(seen).toMatchObject({ status, ...(cause !== undefined && { cause }) });
  });
});

test('a certificate that is not trusted is named with its issuer and its end', async () => {
  const { detail } = await attempt({ url: 'https://web:{https}/ok' });
  expect(detail).toMatch(/issued by vx11-test, valid until .*20\d\d/);
});

test('the chain of redirects is in the result', async () => {
  const { detail } = await attempt({ url: `${web}/loop` });
  expect(detail).toMatch(/more than 10 redirects: http:\/\/web:\d+\/loop → /);
});

test('evidence has the status and the body, without control characters', async () => {
  const { evidence } = await attempt({ url: `${web}/text`, ...readsBody });
  expect(evidence).toMatch(/^HTTP 200/);
  expect(evidence).toContain('plain \uFFFD[31mred\uFFFD');
});

test.each([
  ['the evidence', 4000],
  ['the shown condition', 100],
])('a secret that %s would cut in two is in no result', async (_, characters) => {
  const headers = { Authorization: { secret: 'hush'.repeat(50) } };
  const url = `${web}/echo-after-${characters}`;
  const result = await attempt({ url, headers, conditions: ['[BODY] == none'] });
  expect(result).toMatchObject({ status: 'failed', cause: 'condition' });
  expect(result.evidence).toContain('xxx***');
  expect(JSON.stringify(result)).not.toContain('hush');
});

test('a secret of the request is in no result', async () => {
  const headers = { Authorization: { secret: 'Bearer hush' } };
  const conditions = ['[STATUS] == 200', '[BODY] == x'];
  const seen = await attempt({ url: `${web}/echo`, headers, conditions });
  expect(JSON.stringify(seen)).not.toContain('hush');
  expect(seen.evidence).toContain('***');
});

describe('a password in the URL', () => {
  // %21 is an exclamation mark
  const url = (path: string): string => `http://ana:hush%21@web:{http}${path}`;
  const hidden = /hush|aHVzaC/; // plain, and as Base64 of a header has it
  test('signs in', async () =>
    expect(await attempt({ url: url('/private') })).toMatchObject({ status: 'passed' }));
  test('does not when the check has a header of its own', async () => {
    const headers = { authorization: 'Bearer x' };
    expect(await attempt({ url: url('/private'), headers })).toMatchObject({ status: 'failed' });
  });
  test.each([
    ['an answer that repeats it', url('/echo'), 'HTTP 401'],
    ['a redirect that repeats it', url('/away'), '***@web'],
    ['a redirect to another login', `${web}/away-as-bob`, 'leads to 127.0.0.2'],
    ['a refused connection', 'http://ana:hush%21@web:{closed}/', 'refused'],
    ['a certificate that is not trusted', 'https://ana:hush%21@web:{https}/ok', 'not trusted'],
  ])('is in no result of %s', async (_, target, shown) => {
    const seen = JSON.stringify(await attempt({ url: target, conditions: ['[BODY] == x'] }));
    expect(seen).not.toMatch(hidden);
    expect(seen.toLowerCase()).toContain(shown.toLowerCase());
  });
  test('is not in the message about a URL that cannot be read', () =>
    expect(() => targets.check({ url: 'htp://ana:hush/x@web' })).toThrow(/"\*\*\*@web" is none/));
});

test('a stored value is used by later requests', async () => {
  const { stored } = await attempt({ url: `${web}/ok`, store: { id: '[BODY].id' } });
  expect(stored).toEqual({ id: '7' });
});

test('a child that is killed is a result of its own, and the next try has a new child', async () => {
  const own = createChecker();
  try {
    const check = targets.check({ url: `${web}/silent`, timeout: '5s' });
    const first = own.attempt(check, {}, targets.addresses);
    process.kill(own.pid!, 'SIGKILL');
    expect(await first).toMatchObject({ status: 'error', cause: 'checker_died' });
    const next = targets.check({ url: `${web}/ok` });
    expect(await own.attempt(next, {}, targets.addresses)).toMatchObject({ status: 'passed' });
  } finally {
    own.close();
  }
});
