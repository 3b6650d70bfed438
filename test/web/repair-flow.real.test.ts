import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/web/build.ts';
import { startRepairStack, webOn, type RepairStack } from '../repair/repair-stack.ts';
import { root } from '../repository/source.ts';
import { chromiumPath, flags, signIn } from './browser.ts';

/** A repair starts several copies of the stack. */
const slow = { timeout: 120_000 };

describe.skipIf(chromiumPath === undefined)('a repair, on a real Engine', () => {
  let one: RepairStack;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await buildWeb(root);
    one = await startRepairStack();
    await one.stack.writeCompose({ web: webOn(8081), other: {} });
    await one.checked();
    browser = await chromium.launch({ executablePath: chromiumPath!, headless: true, args: flags });
    page = await (await browser.newContext()).newPage();
    await page.goto(`${one.stack.url}/operator/ui/checks`);
    await signIn(page, one.stack.token);
  });
  afterAll(async () => {
    await browser?.close();
    await one?.stack.destroy();
  });

  const port = (): string => /PORT: "(\d+)"/.exec(readFileSync(one.stack.composeFile, 'utf8'))![1]!;
  const status = () => page.locator('dl').first();
  const dialog = () => page.getByRole('dialog');
  const patches = () => page.getByRole('table', { name: 'Patches' });
  /** Confirms the plan in the dialog, by the button that names the deed. */
  const agree = async (): Promise<void> => {
    await dialog().getByRole('button', { name: 'Patch docker-compose.yml' }).click();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
  };

  test('goes from a red check to a proved patch, a yes and a kept file, and back again', async () => {
    await page.getByRole('link', { name: 'web', exact: true }).first().click();
    await page.getByRole('link', { name: 'Repair…' }).click();
    await dialog().getByRole('button', { name: 'Start the repair' }).click();
    await page.getByRole('heading', { name: 'Repair of web' }).waitFor();
    await page.getByText('A patch is proved.').waitFor(slow);
    await page.getByText('green 3 times').waitFor();
    const change = page.getByRole('region', { name: 'Change of docker-compose.yml' }).first();
    await change.getByText('PORT: "8080"').waitFor();
    await page.getByText('found by the rule').first().waitFor();
    expect(port()).toBe('8081');

    await page.getByRole('link', { name: 'Review', exact: true }).click();
    await agree();
    await status().getByText('repaired', { exact: true }).waitFor(slow);
    expect(port()).toBe('8080');
    await patches().getByText('kept').waitFor(slow);
    const table = page.getByRole('table', { name: 'Red → green' });
    await table.getByText('passed').waitFor();

    await patches()
      .getByRole('button', { name: /Revert…/ })
      .click();
    await dialog().getByText('APPLY_PATCH', { exact: true }).waitFor();
    expect(port()).toBe('8080');
    await agree();
    await expect.poll(port, slow).toBe('8081');
    await page.goto(`${one.stack.url}/operator/ui/repairs`);
    await patches().getByText('reverted').waitFor(slow);
    await page.goto(`${one.stack.url}/operator/ui/audit?show=repairs`);
    await page.getByText('docker-compose.yml changed by a patch of').first().waitFor();
    expect(await one.left()).toEqual([]);
  }, 300_000);
});
