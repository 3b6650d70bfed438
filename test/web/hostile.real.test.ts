import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { iso } from '../domain/samples.ts';
import { anAttempt, aTask } from '../domain/tasks/samples.ts';
import { chromiumPath, startWeb, type Web } from './browser.ts';
import { closed, open, seedServices } from './house/seed.ts';
import { addRun, aResult } from './house/seed-checks.ts';
import { aCandidate, addPatch, addWaiting } from './house/seed-repairs.ts';

const script = '<script>window.hurt = 1</script><img src=x onerror="window.hurt = 1">';
const turned = 'demo\u202Eomed\u200B\u0007';

describe.skipIf(chromiumPath === undefined)('hostile text', () => {
  let web: Web;
  let taskId: string;
  let runId: string;
  let repairId: string;
  beforeAll(async () => {
    web = await startWeb();
    await seedServices(web.store);
    const text = { reason: script + turned, owner: `x ${turned}` };
    await open(web.store, { services: ['web'], ...text });
    await closed(web.store, { services: ['db'], ...text }, { ago: 60_000 });
    const { view, spec } = aTask(
      { name: `task ${script}`, detail: script, owner: turned },
      Date.now(),
    );
    taskId = view.spawn_id;
    await web.store.tasks.create(view, spec, []);
    await web.store.tasks.change(taskId, ({ view: before }) => ({
      view: { ...before, state: 'running', status: 'RUNNING' },
      attempt: anAttempt(),
      events: [],
    }));
    const lines = `${script}\n\u001B[31mred\u001B[0m \u001B]0;title\u0007${turned}\n${'x'.repeat(200_000)}\n`;
    const bytes = new TextEncoder().encode(lines.repeat(1));
    await web.store.taskOutput.append(taskId, {
      attempt: 1,
      drop: [],
      add: [{ attempt: 1, seq: 1, stream: 'stdout', at: Date.now(), start: 0, bytes }],
    });
    const at = Date.now();
    const result = aResult(`check ${script}`, 'failed', at, { suite: turned, detail: script });
    const attempts = result.attempts.map((one) => ({ ...one, evidence: `${script}\n${turned}` }));
    const run = { suite: `s ${script}`, owner: `x ${turned}`, detail: script, cause: 'condition' };
    runId = (await addRun(web.store, { ...run, created_at: iso(at) }, [{ ...result, attempts }]))
      .run_id;
    const diff = `--- a/${script}\n+++ b/${script}\n@@ -1 +1 @@\n-${turned}\n+${script}\n`;
    const cause = script + turned;
    const { repair } = await addWaiting(
      web.store,
      {
        run_id: runId,
        suite: `s ${script}`,
        owner: `x ${turned}`,
        detail: script,
        red: [`${turned}/check ${script}`],
        findings: [
          { class: script, service: turned, by: 'model', cause, facts: [cause], todo: script },
        ],
      },
      [aCandidate({ cause, facts: [cause], why: cause, changes: [cause], diff, service: turned })],
    );
    repairId = repair.repair_id;
    await addPatch(web.store, { cause, detail: script, diff });
    await addPatch(web.store, { cause, diff: `no diff ${script}` });
    await web.store.events.append([
      {
        type: 'service.failed',
        at: Date.now(),
        actor: `a${turned}`,
        service: 'web',
        payload: { detail: script },
      },
    ]);
  });
  afterAll(() => web?.close());

  test('is shown as text on every page, with its tricks made visible', async () => {
    const page = await web.page('admin');
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => dialogs.push(dialog.message()));
    const refused: string[] = [];
    page.on('console', (message) => {
      if (/Content.Security.Policy|TrustedHTML/i.test(message.text())) refused.push(message.text());
    });
    const paths = ['', 'windows', 'tasks', `tasks/${taskId}`, 'audit', 'services/box/web'];
    const repair = `repairs/${repairId}`;
    const repairs = ['repairs', 'repairs?start', repair, `${repair}?review`];
    for (const path of [...paths, 'checks', `checks/${runId}`, ...repairs]) {
      await page.goto(web.url + path);
      await page.locator('main#main h1').waitFor();
      await page.waitForTimeout(150);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    }
    expect([dialogs, refused]).toEqual([[], []]);
    await page.goto(web.url);
    await page.getByText('<script>window.hurt = 1</script>').first().waitFor();
    await page.getByText('U+202E').first().waitFor();
    await page.context().close();
  });

  test('of a log keeps its colours and loses its escapes; a long line is cut', async () => {
    const page = await web.page('viewer', { path: `tasks/${taskId}` });
    const log = page.getByRole('log');
    await log.getByText('red', { exact: true }).waitFor();
    await log.getByText('+198,000 characters').waitFor();
    const text = (await log.textContent())!;
    expect(text).toContain(script);
    expect(text).not.toContain('title');
    expect(text).toContain('U+202E');
    await page.context().close();
  });
});
