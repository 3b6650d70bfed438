import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { aRun } from '../../activities/checks/a-run.ts';
import { receiptOf } from '../../web/house/seed.ts';
import { startGateway, view, type Gateway } from '../fixture.ts';

const runFolder = '20261121T120000Z_E2E_TEST_CONDUCTOR_v2_0f3a9b1c';

const ended = (change: Partial<CheckRunView>): CheckRunView =>
  aRun({ status: 'passed', finished_at: '2026-11-21T12:00:02.000Z', ...change });

let gateway: Gateway;
let headers: Record<string, string>;
let run: CheckRunView;
beforeAll(async () => {
  gateway = await startGateway();
  headers = { 'x-vx11-token': await gateway.token('viewer') };
  const window = view({ state: 'closed' });
  await gateway.store.windows.save({ ...window, receipt: receiptOf(window, 40) }, []);
  run = ended({ window_id: window.window_id, folder: `/elsewhere/runs/${runFolder}` });
  await gateway.store.checks.create(run, [], null);
  const folder = join(gateway.reports, runFolder);
  await mkdir(join(folder, 'logs'), { recursive: true });
  await writeFile(join(folder, 'docker_events.jsonl'), '{"action":"start"}\n');
  await writeFile(join(folder, 'logs/web.txt'), 'it listens\n');
  await writeFile(join(folder, 'logs/empty.txt'), '');
  const secret = join(gateway.reports, '../secret.txt');
  await writeFile(secret, 'not for you');
  await symlink(secret, join(folder, 'logs/link.txt'));
});
afterAll(() => gateway.close());

const get = (path: string, id = run.run_id) =>
  gateway.inject({ method: 'GET', url: `/vx11/checks/${id}/artifacts${path}`, headers });

test('a report lists what it has, and nothing else of the disk', async () => {
  expect((await get('')).json()).toEqual({
    files: [
      'test_results.json',
      'ctrf.json',
      'junit.xml',
      'report.html',
      'report.md',
      'summary.json',
      'receipt.json',
      'docker_events.jsonl',
      'logs/empty.txt',
      'logs/web.txt',
    ],
  });
});

describe('a file of a report', () => {
  test('is a file to save, never a page to run', async () => {
    const answer = await get('/report.html');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="report.html"');
    expect(answer.body).toContain('<!doctype html>');
  });

  test('is the receipt of the run’s window', async () => {
    const answer = await get('/receipt.json');
    expect(answer.json()).toMatchObject({ window_id: run.window_id, residue: [] });
  });

  test.each([
    ['/docker_events.jsonl', 'application/x-ndjson', '{"action":"start"}\n'],
    ['/logs/web.txt', 'text/plain; charset=utf-8', 'it listens\n'],
    ['/logs/empty.txt', 'text/plain; charset=utf-8', ''],
  ])('is what was seen, from the folder of its run: %s', async (path, type, content) => {
    const answer = await get(path);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="/);
    expect(answer.body).toBe(content);
  });

  test.each(['/metrics.jsonl', '/logs/db.txt'])('that is not there is named: %s', async (path) => {
    const answer = await get(path);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ error: 'artifact_not_found' });
    expect(answer.body).toContain(path.slice(1));
  });

  test.each([
    '/logs/link.txt',
    '/logs/..%2f..%2fsecret.txt',
    '/logs/../../../secret.txt',
    '/..%2f..%2fsecret.txt',
    '/secret.txt',
  ])('never comes from outside the folder: %s', async (path) => {
    const answer = await get(path);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('not for you');
  });
});

test('a folder that a run names leads to no other folder', async () => {
  for (const folder of ['/', '..', `${gateway.reports}/..`, '/etc/logs']) {
    const odd = ended({ folder });
    await gateway.store.checks.create(odd, [], null);
    expect((await get('/logs/web.txt', odd.run_id)).statusCode).toBe(404);
    expect((await get('/docker_events.jsonl', odd.run_id)).statusCode).toBe(404);
  }
});

describe('a run that', () => {
  test('has not ended has no report', async () => {
    const live = ended({ status: 'running', finished_at: null, folder: null });
    await gateway.store.checks.create(live, [], null);
    expect((await get('', live.run_id)).json()).toEqual({ files: [] });
    for (const path of ['/junit.xml', '/metrics.jsonl', '/logs/web.txt'])
      expect((await get(path, live.run_id)).json()).toMatchObject({ error: 'artifact_not_found' });
  });
  test('opened no window has no receipt', async () => {
    const alone = ended({ window_id: null, folder: null });
    await gateway.store.checks.create(alone, [], null);
    expect((await get('', alone.run_id)).body).not.toContain('receipt.json');
    expect((await get('/receipt.json', alone.run_id)).json()).toMatchObject({
      error: 'artifact_not_found',
    });
  });
  test('is unknown is not found', async () => {
    for (const path of ['', '/junit.xml', '/logs/web.txt'])
      expect((await get(path, 'run-0123456789abcdef')).json()).toMatchObject({
        error: 'run_not_found',
      });
  });
});
