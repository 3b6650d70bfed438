import { readFile } from 'node:fs/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildWeb } from '../../scripts/web/build.ts';
import { root } from '../repository/source.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { chromiumPath, flags, signIn } from './browser.ts';

/** A run wakes containers, checks them, and waits for them to stop. */
const slow = { timeout: 60_000 };

const web = `mkdir -p /w && cd /w && echo '{"status":"ok"}' > health.json && echo listens && exec httpd -f -p 8080 -h /w`;
const page = (name: string): string => `http://web:8080/${name}`;

describe.skipIf(chromiumPath === undefined)('checks, on a real Engine', () => {
  let stack: TestStack;
  let browser: Browser;
  let tab: Page;
  beforeAll(async () => {
    await buildWeb(root);
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: { command: ['sh', '-c', web], expose: ['8080'] } },
      'x-vx11': {
        schedule: [
          { name: 'nightly', suites: ['orders'], cron: '30 2 * * *', timezone: 'UTC' },
          { name: 'wrong', every: 'often' },
        ],
        suites: [
          {
            name: 'orders',
            endpoints: [
              { name: 'health', url: page('health.json'), conditions: ['[BODY].status == ok'] },
              { name: 'missing', url: page('nope') },
              { name: 'after', url: page('health.json') },
            ],
          },
          {
            name: 'slow',
            endpoints: [
              { name: 'waits', container: 'web', conditions: ['[RUNNING] == true'], for: '50s' },
            ],
          },
          { name: 'odd', endpoints: [{ name: 'one', url: page(''), graphql: true }] },
        ],
      },
    });
    browser = await chromium.launch({ executablePath: chromiumPath!, headless: true, args: flags });
    tab = await signedIn(stack.token);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.destroy();
  });

  async function signedIn(token: string): Promise<Page> {
    const one = await (await browser.newContext()).newPage();
    await one.goto(`${stack.url}/operator/ui/checks`);
    await signIn(one, token);
    return one;
  }
  const start = async (suite: string): Promise<void> => {
    await tab.goto(`${stack.url}/operator/ui/checks`);
    await tab.getByRole('button', { name: 'Run checks…' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByLabel('What to check').selectOption({ label: suite });
    await dialog.getByLabel('Why').fill('before the release');
    await dialog.getByRole('button', { name: 'Run the checks' }).click();
    await tab.getByRole('heading', { name: suite, level: 1 }).waitFor();
  };
  const status = () => tab.locator('dl').first();
  const runs = () =>
    tab.getByRole('table', { name: 'Runs of checks, newest first' }).locator('[data-row]');

  test('a page without runs says so, and names the suite that cannot run', async () => {
    await tab.getByText('No checks were run yet.').waitFor();
    await tab.getByText('The suite odd cannot run').waitFor();
    expect(await runs().count()).toBe(0);
  });

  test('a run shows each check with what was seen, the receipt of its window, and its report', async () => {
    await start('orders');
    await status().getByText('failed', { exact: true }).waitFor(slow);
    const rows = tab.getByRole('table', { name: 'Checks' });
    expect(await rows.getByRole('row', { name: /health/ }).textContent()).toContain('passed');
    expect(await rows.getByRole('row', { name: /after/ }).textContent()).toContain('skipped');
    const missing = rows.getByRole('row', { name: /missing/ });
    await missing.getByText('[STATUS] (404) == 200').first().waitFor();
    await missing.getByText('1 try').click();
    await missing.getByRole('region', { name: 'What was seen' }).getByText(/404/).first().waitFor();
    await tab.getByText('Nothing was left running.').waitFor(slow);
    expect(await stack.running()).toEqual([]);

    for (const [name, content] of [
      ['junit.xml', '<testsuites'],
      ['receipt.json', '"residue": []'],
      ['docker_events.jsonl', '"start"'],
      ['logs/web.txt', 'listens'],
    ]) {
      const [download] = await Promise.all([
        tab.waitForEvent('download'),
        tab.getByRole('button', { name: `Download ${name}` }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(name!.split('/').at(-1));
      expect(await readFile(await download.path(), 'utf8')).toContain(content);
    }
  });

  test('a run that others start appears by itself, and its end too', async () => {
    await tab.goto(`${stack.url}/operator/ui/checks`);
    await tab.getByRole('link', { name: 'orders' }).first().waitFor();
    const before = await runs().count();
    const answer = await stack.call('POST', '/vx11/checks', { suite: 'web' });
    const row = tab.locator(`[data-row="${(answer.body as { run_id: string }).run_id}"]`);
    await row.waitFor();
    expect(await runs().count()).toBe(before + 1);
    await row.getByText('passed', { exact: true }).waitFor(slow);
    await tab.getByText('As a table').click();
    await tab.getByRole('table', { name: 'Score over runs' }).getByText('100 %').first().waitFor();
  });

  test('a schedule shows its next run, is paused and resumed, and runs by hand', async () => {
    await tab.goto(`${stack.url}/operator/ui/checks`);
    const rows = tab.getByRole('table', { name: 'When checks run by themselves' });
    const nightly = rows.getByRole('row', { name: /nightly/ });
    await nightly.locator('time').first().waitFor(slow);
    expect(await nightly.locator('time').first().textContent()).toContain('2:30');
    await rows.getByRole('row', { name: /wrong/ }).getByText('cannot run').waitFor();
    await tab.getByText('"often" is not a duration').waitFor();
    expect(await rows.getByRole('row', { name: /wrong/ }).getByRole('button').count()).toBe(0);
    await nightly.getByRole('button', { name: 'Pause' }).click();
    await nightly.getByText('paused', { exact: true }).waitFor(slow);
    expect(await nightly.locator('time').count()).toBe(0);
    await nightly.getByRole('button', { name: 'Resume' }).click();
    await nightly.locator('time').first().waitFor(slow);
    await nightly.getByRole('button', { name: 'Run now' }).click();
    await tab.getByText('schedule nightly, run by hand').first().waitFor(slow);
    await status().getByText('failed', { exact: true }).waitFor(slow);
  });

  test('is cancelled by its owner or an admin, and by nobody else', async () => {
    const made = await stack.call('POST', '/vx11/tokens', { name: 'ben', scope: 'operator' });
    const ben = await signedIn(made.body.token);
    await start('slow');
    await status().getByText('running', { exact: true }).waitFor(slow);
    await ben.goto(tab.url());
    await ben.locator('dl').first().getByText('running', { exact: true }).waitFor(slow);
    expect(await ben.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    await expect.poll(() => stack.running(), slow).toEqual(['web']);
    await tab.getByRole('button', { name: 'Cancel', exact: true }).click();
    await status().getByText('cancelled', { exact: true }).waitFor(slow);
    await ben.locator('dl').first().getByText('cancelled', { exact: true }).waitFor();
    expect(await stack.running()).toEqual([]);
    await ben.context().close();
  });

  test('a viewer sees runs, and no button that could only fail', async () => {
    const made = await stack.call('POST', '/vx11/tokens', { name: 'eva', scope: 'viewer' });
    const eva = await signedIn(made.body.token);
    await eva.getByText('Only tokens of scope operator can run checks.').waitFor();
    await eva.getByRole('link', { name: 'orders' }).first().waitFor();
    expect(await eva.getByRole('button', { name: /Run checks|Cancel/ }).count()).toBe(0);
    await eva.goto(`${stack.url}/operator/ui/checks?run`);
    await eva.locator('main#main h1').waitFor();
    expect(await eva.getByRole('dialog').count()).toBe(0);
    await eva.context().close();
  });

  test('an unknown run is said in whole words, with a way back', async () => {
    for (const id of ['run-0123456789abcdef', 'nonsense']) {
      await tab.goto(`${stack.url}/operator/ui/checks/${id}`);
      await tab.getByText('No run of checks has this id.').waitFor();
      await tab.getByRole('link', { name: 'All checks' }).waitFor();
      expect(await tab.getByRole('alert').count()).toBe(0);
    }
  });
});
