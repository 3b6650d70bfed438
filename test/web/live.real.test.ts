import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { iso, minute } from '../domain/samples.ts';
import { view } from '../gateway/fixture.ts';
import { chromiumPath, startWeb, type Web } from './browser.ts';
import { open, seedServices, storyOf } from './house/seed.ts';

describe.skipIf(chromiumPath === undefined)('the live page', () => {
  let web: Web;
  let page: Page;
  beforeAll(async () => {
    web = await startWeb();
    await seedServices(web.store);
    page = await web.page('operator', { name: 'ana' });
    await page.getByText('Live', { exact: true }).waitFor();
  });
  afterAll(() => web?.close());

  /** A window that somebody asks for elsewhere. */
  const asked = async (name: string): Promise<void> => {
    const window = view({
      target: name,
      services: [name],
      members: [name],
      owner: 'ben',
      state: 'queued',
      opened_at: null,
      expires_at: null,
      waiting_for: 'room',
    });
    await web.store.windows.save(window, storyOf(window).slice(0, 1));
  };
  const row = (of: Page, name: string) => of.locator('[data-row]', { hasText: name });

  test('shows what others do', async () => {
    await asked('grafana');
    await row(page, 'grafana').waitFor({ timeout: 30_000 });
    expect(await row(page, 'grafana').textContent()).toContain('queued');
  });

  test('catches up after its connections were cut, and shows nothing twice', async () => {
    web.cut();
    await asked('loki');
    await row(page, 'loki').first().waitFor({ timeout: 30_000 });
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await row(page, 'loki').count()).toBe(1);
    expect(await page.getByText('ben asked for loki').count()).toBe(1);
  });

  test('says that it is not live while the gateway hangs, blocks changes, and recovers', async () => {
    await open(web.store, {
      services: ['web'],
      owner: 'ana',
      expires_at: iso(Date.now() + 30 * minute),
    });
    await row(page, 'web').first().waitFor();
    web.freeze();
    try {
      await page.getByText(/This is what was last known/).waitFor({ timeout: 90_000 });
      const close = page.getByRole('button', { name: 'Close web', exact: true });
      expect(await close.getAttribute('aria-disabled')).toBe('true');
    } finally {
      web.thaw();
    }
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await page.getByText(/This is what was last known/).count()).toBe(0);
  });

  test('keeps one stream for ten tabs, and another tab takes over', async () => {
    const context = page.context();
    const streams = new Set<Page>();
    context.on('request', (request) => {
      if (new URL(request.url()).pathname === '/vx11/events') streams.add(request.frame().page());
    });
    const tabs: Page[] = [];
    for (let nth = 0; nth < 9; nth += 1) {
      const tab = await context.newPage();
      await tab.goto(web.url);
      tabs.push(tab);
    }
    for (const tab of tabs) await tab.getByText('Live', { exact: true }).waitFor();
    expect(streams.size).toBe(0);
    await page.close();
    await asked('minio');
    for (const tab of tabs) await row(tab, 'minio').first().waitFor({ timeout: 30_000 });
    expect(streams.size).toBe(1);
    page = tabs[0]!;
    for (const tab of tabs.slice(1)) await tab.close();
  });

  test('counts down by the server’s clock, with this one five minutes off', async () => {
    const context = await web.browser.newContext();
    await context.addInitScript(() => {
      const real = Date.now.bind(Date);
      Date.now = () => real() + 300_000;
    });
    const { text } = await web.token('viewer');
    const tab = await context.newPage();
    await tab.goto(web.url);
    await tab.getByLabel('Token').fill(text);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    const timer = tab.locator('[role=timer]').first();
    await timer.waitFor();
    const until = (await web.store.windows.live()).find(
      ({ target }) => target === 'web',
    )!.expires_at!;
    await expect
      .poll(async () => {
        const [minutes, seconds] = (await timer.textContent())!
          .split(' ')[0]!
          .split(':')
          .map(Number);
        return Math.abs(minutes! * 60 + seconds! - (Date.parse(until) - Date.now()) / 1000);
      })
      .toBeLessThan(1.5);
    await tab.goto(`${web.url}settings`);
    await tab.getByText(/clock is (5 min|4 min 59 s|5 min 01 s) off/).waitFor();
    await context.close();
  });

  test('offers a reload when its server has a new version', async () => {
    await web.restart('2.0.0');
    await page.getByText('VX11 has a new version.').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByText('VX11 has a new version.').count()).toBe(0);
  });
});
