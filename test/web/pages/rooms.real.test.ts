import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, startWeb, type Web } from '../browser.ts';
import { seedModels } from '../house/seed-models.ts';
import { notify, seedNotices } from '../house/seed-notices.ts';
import { seedRouting } from '../house/seed-routing.ts';
import { seedDrift, seedIncidents } from '../house/seed-trouble.ts';
import { seedServices } from '../house/seed.ts';

describe.skipIf(chromiumPath === undefined)('incidents, drift, routing, models, schedules', () => {
  let web: Web;
  let page: Page;
  let viewer: Page;
  beforeAll(async () => {
    web = await startWeb();
    await seedServices(web.store);
    [page, viewer] = await Promise.all([
      web.page('operator', { name: 'ana' }),
      web.page('viewer', { name: 'eva' }),
    ]);
  });
  afterAll(() => web?.close());

  const open = async (path: string, of = page): Promise<void> => {
    await of.goto(web.url + path);
    await of.locator('main#main h1').waitFor();
  };
  const press = (name: string, of = page) => of.getByRole('button', { name, exact: true }).click();
  const said = (text: string | RegExp, of = page) => of.getByText(text).first().waitFor();
  test.each([
    ['incidents', ['Nothing was in trouble so far.']],
    ['drift', ['Nothing was compared yet.', 'manifestator sleeps.']],
    ['routing', ['No model is known yet.', 'Nothing was asked yet.', 'switch sleeps.']],
    ['models', ['No model is here.', 'hermes has not looked yet.']],
    ['schedules', ['No window opens by itself.']],
    ['notifications', ['Nobody is notified.', 'No message was sent yet.']],
  ])(
    '%s: an empty page says what to do, and a viewer has nothing to press',
    async (path, texts) => {
      await open(path, viewer);
      for (const text of texts) await said(text, viewer);
      const main = viewer.locator('main');
      expect(await main.getByRole('button', { name: /Open|Add|Look|Compare|Pull/ }).count()).toBe(
        0,
      );
    },
  );

  test('an incident appears by itself, is acknowledged with a note, and its end is shown', async () => {
    await open('incidents');
    const id = await seedIncidents(web.store);
    await web.store.incidents.change(id, (incident) => ({
      incident,
      events: [{ type: 'incident.opened', at: Date.now(), actor: 'madre', payload: {} }],
    }));
    await page.getByRole('link', { name: 'db is unhealthy', exact: true }).click();
    await press('Acknowledge…');
    await page.getByLabel('Note').fill('new image tonight');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await said('acknowledged, comes and goes');
    await said('new image tonight');
    expect(await web.store.incidents.find(id)).toMatchObject({ acked_by: 'ana' });
    await open(`incidents/${id}`, viewer);
    expect(await viewer.locator('main header button').count()).toBe(0);
  });

  test('drift shows each field with what is declared and what is, by service', async () => {
    await seedDrift(web.store);
    await open('drift');
    const row = page.getByRole('row').filter({ hasText: 'services.web.mem_limit' });
    expect(await row.innerText()).toMatch(/declared\s+134217728[\s\S]*live\s+67108864/);
    await page.getByRole('heading', { name: /^db/ }).waitFor();
    const patch = (of: Page) => of.getByRole('button', { name: 'Make a patch… web' });
    expect(await patch(page).getAttribute('title')).toBe('manifestator sleeps; open it first');
    await open('drift', viewer);
    await said('services.web.mem_limit', viewer);
    expect(await patch(viewer).count()).toBe(0);
    await page.getByRole('button', { name: /^ignored by rule/ }).click();
    await said('services.web.labels.traefik.enable');
    expect(await page.getByRole('row').filter({ hasText: 'mem_limit' }).count()).toBe(0);
  });

  test('a decision says why in words and numbers, and is replayed; a provider is asked again', async () => {
    const id = await seedRouting(web.store);
    await open(`routing/${id}`);
    await page.getByRole('row').filter({ hasText: 'deepseek/deepseek-flash' }).first().waitFor();
    await said(/0\.\d\d vs 0\.\d\d of/);
    await press('Decide again');
    await said('The same choice, bit for bit');
    const admin = await web.page('admin', { path: `routing/${id}` });
    await press('Good', admin);
    await said('Learned', admin);
    await admin.context().close();
    expect(await web.store.routing.feedback.waiting(5)).toMatchObject([
      { decision_id: id, score: 1 },
    ]);
    await open('routing');
    await said('0.930 USD of 2.00 USD');
    await page.getByRole('row').filter({ hasText: 'anthropic, only for ana, ci' }).waitFor();
    await page.getByRole('button', { name: 'ECO' }).click();
    await page.locator('[aria-pressed=true]', { hasText: 'ECO' }).waitFor();
    await page.getByRole('button', { name: 'Reset groq' }).click();
    await said(/groq is asked again/);
    await open('routing', viewer);
    await said('groq/llama-4-70b', viewer);
    expect(await viewer.getByRole('button', { name: /Reset|ECO/ }).count()).toBe(0);
  });

  test('models say how full the host is; one is removed after a question', async () => {
    const job = await seedModels(web.store);
    await open(`models?job=${job}`);
    await said('disk_full');
    await said('41.9 MB of 98.4 MB');
    await said('It claims to be GGUF, and is a pickle.');
    await page.getByRole('button', { name: /^Remove… whisper/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await said('whisper-base.onnx is out of use');
    const row = page.getByRole('row').filter({ hasText: 'whisper' });
    await row.getByText('removing').waitFor();
    expect(await row.getByRole('button').count()).toBe(0);
  });

  test('a schedule is added, paused, resumed and removed; its next five times are shown', async () => {
    await open('schedules?add');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Schedule').fill('nightly');
    await dialog.getByLabel('immich').check();
    await dialog.getByLabel('Time zone').fill('Europe/Madrid');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await said('4 more');
    await press('Pause nightly');
    await said('paused by ana');
    await press('Resume nightly');
    await press('Pause nightly');
    await press('Remove… nightly');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await said('No window opens by itself.');
    expect(await web.store.windowSchedules.list()).toEqual([]);
  });

  test('a dead message says why, and is tried again; a test goes into the outbox', async () => {
    await seedServices(web.store, 0, { notify });
    await seedNotices(web.store);
    await open('notifications?show=dead');
    await said('the receiver answered 404 Not Found');
    await press('Try again team');
    await said('No message fits this filter.');
    await press('Send a test phone');
    await open('notifications');
    await said('Test of the channel phone');
    await open('notifications', viewer);
    await said('Test of the channel phone', viewer);
    expect(await viewer.getByRole('button', { name: /test|again/ }).count()).toBe(0);
  });
});
