import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PatchView } from '../../contracts/patch.ts';
import type { RepairView } from '../../contracts/repair.ts';
import { iso } from '../domain/samples.ts';
import { chromiumPath, startWeb, type Web } from './browser.ts';
import { addRun, aResult } from './house/seed-checks.ts';
import { addPatch, addRepair, addWaiting, aRepair } from './house/seed-repairs.ts';
import { seedServices } from './house/seed.ts';

describe.skipIf(chromiumPath === undefined)('repairs', () => {
  let web: Web;
  let page: Page;
  let runId: string;
  beforeAll(async () => {
    web = await startWeb();
    await seedServices(web.store);
    page = await web.page('operator', { name: 'ana', path: 'repairs' });
  });
  afterAll(() => web?.close());

  const open = (path: string, of = page) => of.goto(web.url + path);
  const status = (of = page) => of.locator('dl').first();
  const dialog = (of = page) => of.getByRole('dialog');
  const changes: string[] = [];
  const listen = (of: Page): void => {
    of.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (request.method() !== 'GET') changes.push(`${request.method()} ${pathname}`);
    });
  };
  const change = (id: string, more: Partial<RepairView>) =>
    web.store.repairs.change(id, (view) => ({ view: { ...view, ...more }, events: [] }));

  const drop = ({ patch_id, host }: PatchView) =>
    web.store.patches.change(patch_id, (view) => ({
      view: { ...view, status: 'dropped', ended_at: iso(Date.now()) },
      events: [
        {
          type: 'patch.dropped',
          at: Date.now(),
          actor: 'madre',
          host,
          correlation_id: patch_id,
          payload: { patch_id },
        },
      ],
    }));

  test('nothing was repaired, nothing is red, and no file was changed: each says so', async () => {
    listen(page);
    await page.getByText('Nothing was repaired yet.').waitFor();
    await page.getByText('No file was changed by VX11.').waitFor();
    await page.getByRole('button', { name: 'Repair…' }).click();
    await dialog().getByText('there is nothing to repair').waitFor();
    await dialog().getByRole('button', { name: 'Not now' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${web.url}repairs`);
  });

  test('starts from a red run, once, and is cancelled by its owner', async () => {
    const at = Date.now() - 60_000;
    const red = aResult('page', 'failed', at, { suite: 'web' });
    const run = await addRun(web.store, { suite: 'web', created_at: iso(at) }, [red]);
    runId = run.run_id;
    await open(`checks/${runId}`);
    await page.getByRole('link', { name: 'Repair…' }).click();
    await dialog().getByLabel('Why').fill('before the release');
    await dialog().getByRole('button', { name: 'Start the repair' }).dblclick();
    await page.getByRole('heading', { name: 'Repair of web', level: 1 }).waitFor();
    await status().getByText('queued', { exact: true }).waitFor();
    await page.getByText('before the release').waitFor();
    const table = page.getByRole('table', { name: 'Red → green' });
    await table.getByText('[STATUS] (503) == 200').waitFor();
    const { repairs } = await web.store.repairs.list({ limit: 9 });
    expect(repairs).toMatchObject([{ run_id: runId, owner: 'ana', dry_run: false }]);
    await page.getByRole('button', { name: 'Cancel', exact: true }).dblclick();
    await page.getByText('Cancelled; what it applied is taken back').waitFor();
    const path = `/vx11/repairs/${repairs[0]!.repair_id}`;
    expect(changes).toEqual(['POST /vx11/repairs', `DELETE ${path}`]);
    // the page says `cancelled` once the server does
    await status().getByText('queued', { exact: true }).waitFor();
    await change(repairs[0]!.repair_id, {
      status: 'cancelled',
      cause: 'cancelled',
      cancelled_by: 'ana',
      finished_at: iso(Date.now()),
    });
    await status().getByText('cancelled', { exact: true }).waitFor();
  });

  test('starts from the palette, by keyboard alone', async () => {
    await open('');
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('repair what');
    await page.keyboard.press('Enter');
    await dialog().getByLabel('Red run').waitFor();
    expect(page.url()).toBe(`${web.url}repairs?start`);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'Now', level: 1 }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.getByRole('table', { name: 'Repairs' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Repair of web' }).waitFor();
  });

  test('shows its cause, the evidence, what was tried and the patch; a person says no', async () => {
    const { repair, patch: proposed } = await addWaiting(web.store, {
      suite: 'web',
      run_id: runId,
      red: ['web/page'],
    });
    await open('repairs');
    await page.getByRole('link', { name: 'Review web' }).waitFor();
    await open(`repairs/${repair.repair_id}`);
    await page.getByText('A patch is proved.').waitFor();
    await page.getByText('compose.yaml:4: PORT: "8081"').first().waitFor();
    const trial = page.getByRole('list', { name: 'What it showed in copies' });
    expect(await trial.getByRole('listitem').allTextContents()).toEqual([
      'can be read',
      'weakens nothing',
      'red → green',
      'nothing else is worse',
      'the check notices',
      'every part is needed',
    ]);
    const patch = page.getByRole('region', { name: 'Change of compose.yaml' }).first();
    await patch.getByText('PORT: "8081"').waitFor();
    await patch.getByText('PORT: "8080"').waitFor();
    await page.getByText('green 3 times').waitFor();

    await page.getByRole('link', { name: 'Review' }).click();
    await dialog().getByText('APPLY_PATCH', { exact: true }).waitFor();
    await dialog().getByText('+1 −1 lines').waitFor();
    await dialog().getByRole('button', { name: 'Patch compose.yaml' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect((await web.store.plans.find(repair.plan_id!))!.status).toBe('WAITING');

    await page.getByRole('link', { name: 'Review' }).click();
    await dialog().getByRole('button', { name: 'Reject…' }).click();
    await dialog().getByLabel('Why not').fill('I mend it by hand');
    await dialog().getByRole('button', { name: 'Reject', exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('I mend it by hand').first().waitFor();
    expect(await page.getByText('A patch is proved.').count()).toBe(0);
    // the repair says so itself once its workflow has
    await change(repair.repair_id, {
      status: 'rejected',
      cause: 'rejected',
      detail: 'I mend it by hand',
      finished_at: iso(Date.now()),
      exit_code: 1,
    });
    await status().getByText('rejected', { exact: true }).waitFor();
    await page.getByText('Nothing was changed.').waitFor();
    // as madre's round does, which is not part of this house
    await drop(proposed);
    const patches = page.getByRole('table', { name: 'Patches' });
    await patches.getByText('not applied').waitFor();
  });

  test('a patch is taken back by a plan that is shown first, and asked for once', async () => {
    const patch = await addPatch(web.store, { cause: 'web listens elsewhere' });
    await open('repairs');
    changes.length = 0;
    const row = page.locator(`[data-row="${patch.patch_id}"]`);
    await row.getByText('kept').waitFor();
    await row.getByRole('button', { name: 'Revert… compose.yaml' }).dblclick();
    const shown = dialog().getByRole('region', { name: 'Change of compose.yaml' });
    expect(
      await shown.getByRole('listitem').filter({ hasText: 'added: ' }).textContent(),
    ).toContain('8081');
    expect(changes).toEqual([`POST /vx11/patches/${patch.patch_id}/revert`]);
    await dialog().getByRole('button', { name: 'Not now' }).click();
    await open('repairs');
    await row.getByText('kept').waitFor();
    await row.getByRole('link', { name: 'Review the revert compose.yaml' }).click();
    await dialog().getByRole('button', { name: 'Patch compose.yaml' }).waitFor();
  });

  test('ends that VX11 cannot mend say what a person has to do', async () => {
    const ended = { finished_at: iso(Date.now()) };
    const needs = await addRepair(
      web.store,
      aRepair({
        ...ended,
        status: 'needs_value',
        cause: 'env_missing',
        detail: 'db does not start without PASSWORD. Set PASSWORD.',
        findings: [
          {
            class: 'env_missing',
            service: 'db',
            by: 'rule',
            cause: 'db does not start without PASSWORD',
            facts: ['log of db: PASSWORD is not set'],
            todo: 'Set PASSWORD.',
          },
        ],
      }),
    );
    await open(`repairs/${needs.repair_id}`);
    await page.getByText('VX11 knows the place and invents no value.').waitFor();
    await page.getByText('log of db: PASSWORD is not set').waitFor();
    await page.getByText('found by the rule').waitFor();
    const elsewhere = aRepair({ ...ended, status: 'error', cause: 'other_host', host: 'attic' });
    await addRepair(web.store, elsewhere);
    await open(`repairs/${elsewhere.repair_id}`);
    await page.getByText('Files of another host cannot be changed from here.').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  });

  test('an unknown repair is said in whole words; an answer that fails can be asked for again', async () => {
    for (const id of ['repair-0123456789abcdef', 'nonsense']) {
      await open(`repairs/${id}`);
      await page.getByText('No repair has this id.').waitFor();
      await page.getByRole('link', { name: 'All repairs' }).waitFor();
    }
    const problem = { title: 'The store is away', status: 503, error: 'store_unavailable' };
    const answer = { status: 503, contentType: 'application/problem+json' };
    await page.route(/\/vx11\/repairs\?/, (route) =>
      route.fulfill({ ...answer, body: JSON.stringify(problem) }),
    );
    await open('repairs');
    await page.getByRole('alert').getByText('The store is away').waitFor();
    await page.unroute(/\/vx11\/repairs\?/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('table', { name: 'Repairs' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('a viewer sees everything, and no button that could only fail', async () => {
    const { repair } = await addWaiting(web.store, { suite: 'edge' });
    const eva = await web.page('viewer', { path: 'repairs?start' });
    await eva.getByText('Only tokens of scope operator can start repairs').waitFor();
    await eva.getByRole('table', { name: 'Patches' }).waitFor();
    expect(await dialog(eva).count()).toBe(0);
    expect(await eva.getByRole('button', { name: /Repair…|Revert…/ }).count()).toBe(0);
    await open(`repairs/${repair.repair_id}`, eva);
    await eva.getByText('Only tokens of scope operator can agree to it.').waitFor();
    await eva.getByRole('link', { name: 'Look at it' }).click();
    await dialog(eva).getByText('Only tokens of scope operator can agree to plans.').waitFor();
    expect(await eva.getByRole('button', { name: /Cancel|Patch|Reject/ }).count()).toBe(0);
    await eva.context().close();
  });
});
