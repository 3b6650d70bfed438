import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, startWeb, type Web } from './browser.ts';
import { seedServices } from './house/seed.ts';

/** Ten times what it takes on an idle machine: this is about rows that are drawn at all, not about speed. */
const atMostMs = 10_000;

describe.skipIf(chromiumPath === undefined)('a thousand services', () => {
  let web: Web;
  beforeAll(async () => {
    web = await startWeb();
    await seedServices(web.store, 1000);
  });
  afterAll(() => web?.close());

  test('can be listed, searched and scrolled, and only rows in view are drawn', async () => {
    const page = await web.page('operator', { path: 'services' });
    const table = page.getByRole('table');
    await table.waitFor({ timeout: atMostMs });
    expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(1000);
    expect(await table.getByRole('row').count()).toBeLessThan(100);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.getByRole('link', { name: 'whisper', exact: true }).waitFor();
    await page.getByLabel('Find a service').fill('service-77');
    await page.getByRole('link', { name: 'service-777', exact: true }).waitFor();
    await expect.poll(() => table.getByRole('row').count()).toBe(11);
    await page.context().close();
  });
});
