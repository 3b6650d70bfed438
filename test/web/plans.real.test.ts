import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { propose } from '../../activities/plans/propose.ts';
import { iso } from '../domain/samples.ts';
import { chromiumPath, startWeb, type Web } from './browser.ts';
import { planDepsOn } from './plan-deps.ts';
import { ask } from './house/house.ts';
import { open, seedServices } from './house/seed.ts';

describe.skipIf(chromiumPath === undefined)('reviewing a plan', () => {
  let web: Web;
  let asker: Page;
  let page: Page;
  let planId: string;
  beforeAll(async () => {
    web = await startWeb();
    await seedServices(web.store);
    await open(web.store, { services: ['web'], members: ['db', 'web'], reason: 'demo for Rosa' });
    asker = await web.page('operator', { name: 'ben' });
    page = await web.page('operator', { name: 'ana' });
  });
  afterAll(() => web?.close());
  beforeEach(async () => {
    const answer = await ask(asker, '/madre/control', {
      target: 'web',
      action: 'stop',
      params: { reason: 'it leaks' },
    });
    planId = String(answer['plan_id']);
    await page.goto(`${web.url}plans/${planId}?review`);
    await dialog().waitFor();
  });

  const dialog = (of = page) => of.getByRole('dialog');
  const deed = (of = page) => dialog(of).getByRole('button', { name: 'Stop web' });
  const state = async (): Promise<string> => (await web.store.plans.find(planId))!.status;

  test('shows the exact steps, and what changes', async () => {
    for (const text of ['CLOSE_WINDOW', 'undo: none', 'asleep by policy', 'HIGH', 'it leaks'])
      expect(await dialog().getByText(text).first().isVisible(), text).toBe(true);
  });

  test('Enter alone confirms nothing, Esc is Not now, and a reload shows it again', async () => {
    await page.keyboard.press('Enter');
    expect(await state()).toBe('WAITING');
    await page.reload();
    await dialog().waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await state()).toBe('WAITING');
  });

  test('Back closes it', async () => {
    await page.goto(web.url);
    await page.getByRole('link', { name: 'Review Stop web' }).first().click();
    await dialog().waitFor();
    await page.goBack();
    await dialog().waitFor({ state: 'detached' });
    expect(page.url()).toBe(web.url);
  });

  test('a double click confirms once', async () => {
    const confirms: string[] = [];
    const listen = (request: { url(): string }): void => {
      if (/\/(token|confirm)$/.test(request.url())) confirms.push(request.url().split('/').at(-1)!);
    };
    page.on('request', listen);
    await deed().dblclick();
    await expect.poll(state).not.toBe('WAITING');
    await page.waitForTimeout(300);
    expect(confirms).toEqual(['token', 'confirm']);
    page.off('request', listen);
  });

  test('two tabs that confirm at once agree, and neither shows an error', async () => {
    const second = await page.context().newPage();
    await second.goto(page.url());
    await dialog(second).waitFor();
    await Promise.all([deed().click(), deed(second).click()]);
    await expect.poll(state).not.toBe('WAITING');
    for (const tab of [page, second]) {
      await deed(tab).waitFor({ state: 'detached' });
      expect(await tab.getByRole('alert').count()).toBe(0);
    }
    await second.close();
  });

  test('two people who confirm at once agree, and neither is shown an error', async () => {
    const other = await web.page('operator', { path: `plans/${planId}?review` });
    await dialog(other).waitFor();
    await Promise.all([deed().click(), deed(other).click()]);
    await expect.poll(state, { timeout: 30_000 }).not.toBe('WAITING');
    for (const tab of [page, other]) {
      await deed(tab).waitFor({ state: 'detached' });
      expect(await tab.getByRole('alert').count()).toBe(0);
    }
    await other.context().close();
  });

  test('a decision made elsewhere closes the act and keeps the text', async () => {
    await ask(asker, `/madre/plans/${planId}/reject`, { reason: 'not today' });
    await dialog()
      .getByText(/ben has decided it meanwhile/)
      .waitFor();
    expect(await deed().count()).toBe(0);
    await dialog().getByText('CLOSE_WINDOW', { exact: true }).waitFor();
  });

  test('rejecting takes a reason', async () => {
    await dialog().getByRole('button', { name: 'Reject…' }).click();
    await dialog().getByLabel('Why not').fill('demo is running');
    await dialog().getByRole('button', { name: 'Reject', exact: true }).click();
    await expect.poll(state).toBe('REJECTED');
    await dialog().waitFor({ state: 'detached' });
  });

  test('names the agent that asked for it, its program and its tool, and a yes from its form', async () => {
    const { plan } = await propose(planDepsOn(web.store), {
      source: 'mcp',
      actor: 'claude-code for rosa',
      principal: 'token-00000077',
      scope: 'agent',
      via: { tool: 'vx11_open_window', client: 'claude-code 2.1' },
      steps: [
        {
          type: 'OPEN_WINDOW',
          params: {
            window_id: 'window-00000000',
            kind: 'target',
            host: 'box',
            services: ['grafana'],
            mode: 'ttl',
            ttl_seconds: 600,
            reason: 'to look at it',
          },
        },
      ],
      reason: 'to look at it',
      correlation_id: 'c-1',
    });
    await web.store.plans.change(plan.plan_id, (known) => {
      const approval = { by: 'rosa', at: iso(Date.now()), via: 'elicitation' as const };
      const confirmation = { ...known.confirmation!, quorum: 2, approvals: [approval] };
      return { plan: { ...known, confirmation }, events: [] };
    });
    const asked =
      'claude-code for rosa · an agent · through claude-code 2.1 · tool vx11_open_window';
    const agreed = '1 of 2 · rosa in a form of its program';
    await page.goto(`${web.url}plans/${plan.plan_id}?review`);
    await dialog().getByText(asked).waitFor();
    expect(await dialog().textContent()).toContain(agreed);
    await page.goto(`${web.url}plans/${plan.plan_id}`);
    await page.locator('dl').getByText(asked).waitFor();
    expect(await page.locator('dl').textContent()).toContain(agreed);
  });

  test('a viewer sees it, and no button that could only fail', async () => {
    const viewer = await web.page('viewer', { path: `plans/${planId}?review` });
    await dialog(viewer)
      .getByText(/Only tokens of scope operator/)
      .waitFor();
    expect(await deed(viewer).count()).toBe(0);
    await viewer.goto(web.url);
    await viewer.getByText(/You can look, not change/).waitFor();
    expect(await viewer.getByRole('button', { name: /Close|Open services|\+10/ }).count()).toBe(0);
    await viewer.context().close();
  });
});
