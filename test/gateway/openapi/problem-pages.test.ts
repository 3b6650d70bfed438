import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemText } from '../../../client/problem-text.ts';
import { errorAdvice } from '../../../contracts/error-advice.ts';
import { errorCatalog, type ErrorCode } from '../../../contracts/errors.ts';
import { adminToken, startGateway, type Gateway } from '../fixture.ts';

let gateway: Gateway;
beforeAll(async () => void (gateway = await startGateway()));
afterAll(() => gateway.close());

const codes = Object.keys(errorCatalog) as ErrorCode[];
const page = (url: string, accept?: string) =>
  gateway.inject({ url, headers: accept === undefined ? {} : { accept } });

test('the type of a problem is the path of a page about it, which needs no token', async () => {
  const headers = { 'x-vx11-token': adminToken };
  const problem = await gateway.inject({ url: '/vx11/windows/window-00000000deadbeef', headers });
  const { type, error, title } = problem.json<Record<string, string>>();
  expect(type).toBe('/problems/window_not_found');
  const html = await page(type!, 'text/html,application/xhtml+xml,*/*;q=0.8');
  expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
  for (const text of [error!, title!, errorAdvice.window_not_found]) {
    expect(html.body).toContain(text);
  }
  const json = await page(type!, 'application/json');
  expect(json.json()).toEqual({
    error,
    status: 404,
    title,
    retry: false,
    next: errorAdvice.window_not_found,
  });
});

test.each(codes)('%s has a page with the same text as the command line', async (code) => {
  const { statusCode, body } = await page(`/problems/${code}`, 'application/json');
  expect(statusCode).toBe(200);
  const { next, title, status } = JSON.parse(body) as Record<string, string>;
  const problem = { title: title!, status: Number(status), error: code };
  expect(problemText(problem, { url: 'http://box', token: undefined })).toContain(`next: ${next!}`);
  const html = await page(`/problems/${code}`);
  expect(html.body).toContain(`<code>${code}</code>`);
});

test('a page loads its own style and nothing else', async () => {
  const { headers, body } = await page('/problems/no_room');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(body).not.toMatch(/<script|src=|href=/);
});

test.each(['nope', '__proto__', 'toString', '%3Cscript%3E'])(
  'there is no page %s',
  async (code) => {
    const answer = await page(`/problems/${code}`);
    expect(answer.json()).toMatchObject({ status: 404, error: 'not_found' });
    expect(answer.headers['content-type']).toContain('application/problem+json');
  },
);

test('docs/errors.md lists every error; vitest -u writes it', async () => {
  const rows = codes.map((code) => {
    const { status, title, retry } = errorCatalog[code];
    return `| \`${code}\` | ${status} | ${title} | ${retry ? 'yes' : 'no'} | ${errorAdvice[code]} |`;
  });
  const text = [
    '# Errors',
    '',
    'An error is answered as `application/problem+json` (RFC 9457). `error` is a stable code of this table, `detail` says what was',
    'wrong with the request, and `type` is the path of a page about the code that the gateway serves without a token:',
    '`GET /problems/{code}`, as HTML, or as JSON with `Accept: application/json`. _Retry_ says whether the same request may',
    'succeed later; where the gateway knows when, it sends `Retry-After`.',
    '',
    '| error | status | what happened | retry | what to do |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  const file = new URL('../../../docs/errors.md', import.meta.url).pathname;
  const options = { ...(await resolveConfig(file)), parser: 'markdown' };
  await expect(await format(text, options)).toMatchFileSnapshot(file);
});
