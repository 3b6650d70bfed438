import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildWeb } from '../../scripts/web/build.ts';
import { root } from '../repository/source.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { chromiumPath, flags, signIn } from './browser.ts';

/** An open starts containers, and a close waits for them to stop. */
const slow = { timeout: 90_000 };

describe.skipIf(chromiumPath === undefined)('a window, on a real Engine', () => {
  let stack: TestStack;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await buildWeb(root);
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: { depends_on: ['db'] }, db: {}, other: {} },
    });
    browser = await chromium.launch({ executablePath: chromiumPath!, headless: true, args: flags });
    page = await (await browser.newContext()).newPage();
    await page.goto(`${stack.url}/operator/ui/`);
    await signIn(page, stack.token);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.destroy();
  });

  const row = (name: string) => page.locator('[data-row]', { hasText: name }).first();
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const { activeElement: at } = document;
      const name = at?.getAttribute('aria-label') ?? at?.textContent ?? '';
      const { top, bottom } = at?.getBoundingClientRect() ?? { top: -1, bottom: -1 };
      return bottom > 0 && top < innerHeight ? name : `${name} is out of view`;
    });

  test('opens, is extended, and ends with its receipt, each by one click', async () => {
    await page.getByText('Nothing is on.').waitFor();
    await page.getByRole('button', { name: 'Open services…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('web').check();
    await dialog.getByLabel('For how many minutes').fill('10');
    await dialog.getByLabel('Why').fill('demo for Rosa');
    await dialog.getByRole('button', { name: 'Open web' }).click();
    await dialog.waitFor({ state: 'detached' });
    await row('web').getByText('open', { exact: true }).waitFor(slow);
    await row('web').getByText('demo for Rosa').waitFor();
    expect(await stack.running()).toEqual(['db', 'web']);

    const extend = row('web').getByRole('button', { name: /^\+10 → / });
    const promised = /(\d\d:\d\d)/.exec((await extend.textContent())!)![1]!;
    await extend.click();
    await page
      .getByText(new RegExp(`web extended, until ${promised}`))
      .first()
      .waitFor();
    await row('web')
      .getByText(new RegExp(`until ${promised}`))
      .waitFor();

    await page.getByRole('link', { name: 'web', exact: true }).first().click();
    await page.getByRole('heading', { name: 'web', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Close web', exact: true }).click();
    await page.getByText('Nothing was left running.').waitFor(slow);
    await page.getByRole('table', { name: 'Receipt' }).getByText('stopped').first().waitFor();
    await page.getByText('web closed, nothing left').first().waitFor();
    expect(await stack.running()).toEqual([]);
  });

  test('can be opened and closed by the keyboard alone', async () => {
    await page.goto(`${stack.url}/operator/ui/services`);
    await page.locator('main#main h1').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('open other');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Open services' }).waitFor();
    for (let nth = 0; nth < 20 && (await focused()) !== 'Open other'; nth += 1)
      await page.keyboard.press('Tab');
    expect(await focused()).toBe('Open other');
    await page.keyboard.press('Enter');
    await row('other').getByText('open', { exact: true }).waitFor(slow);
    await page.locator('main#main h1').focus();
    await page.keyboard.press('j');
    expect(await focused()).toBe('other');
    await page.keyboard.press('x');
    await page.getByText('other closed, nothing left').first().waitFor(slow);
    expect(await stack.running()).toEqual([]);
  });

  test('of somebody else ends by a plan that is shown first', async () => {
    const made = await stack.call('POST', '/vx11/tokens', { name: 'ben', scope: 'operator' });
    const opened = await stack.call(
      'POST',
      '/vx11/window/open',
      { target: 'other', ttl_seconds: 600, reason: 'work of ben', wait_seconds: 30 },
      { 'x-vx11-token': made.body.token },
    );
    expect(opened.status).toBe(200);
    await page.goto(`${stack.url}/operator/ui/`);
    await row('other').getByRole('button', { name: 'Close… other' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('CLOSE_WINDOW', { exact: true }).waitFor(slow);
    expect(await stack.running()).toEqual(['other']);
    await dialog.getByRole('button', { name: /^(Close|Stop) / }).click();
    await dialog.getByText('done', { exact: true }).first().waitFor(slow);
    expect(await stack.running()).toEqual([]);
  });
});
