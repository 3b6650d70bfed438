import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, startWeb, type Web } from './browser.ts';
import { seedServices } from './house/seed.ts';

describe.skipIf(chromiumPath === undefined)('the navigation', () => {
  let web: Web;
  beforeAll(async () => {
    web = await startWeb();
    await seedServices(web.store);
  });
  afterAll(() => web?.close());

  test.each([
    ['of a narrow window', 1024],
    ['of a phone', 390],
  ])('%s has a menu for the pages that have no room', async (_, width) => {
    const page = await web.page('viewer', { viewport: { width, height: 800 } });
    const nav = page.getByRole('navigation', { name: 'Pages' });
    const more = nav.getByRole('button', { name: 'More' });
    const link = nav.getByRole('link', { name: 'Agents' });
    expect(await link.count()).toBe(0);
    await more.click();
    await link.waitFor();
    const { x, y, width: wide, height } = (await link.boundingBox())!;
    expect([x >= 0, y >= 0, x + wide <= width, y + height <= 800]).toEqual(Array(4).fill(true));
    const button = (await more.boundingBox())!;
    expect(Math.abs(x - button.x)).toBeLessThan(210);
    await link.click();
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    expect(await link.count()).toBe(0);
    expect(await more.getAttribute('aria-current')).toBe('true');
    await page.context().close();
  });

  test('of a wide window shows ten pages, and the others in a menu', async () => {
    const page = await web.page('viewer');
    const nav = page.getByRole('navigation', { name: 'Pages' });
    expect(await nav.getByRole('link').count()).toBe(10);
    await nav.getByRole('button', { name: 'More' }).click();
    expect(await nav.getByRole('link').count()).toBe(18);
    await page.context().close();
  });
});
