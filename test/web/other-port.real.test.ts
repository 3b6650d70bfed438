import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, startWeb, type Web } from './browser.ts';

if (chromiumPath === undefined) console.log('the web UI is not tested: no chromium on PATH');

describe.skipIf(chromiumPath === undefined)('a page on another port of the same host', () => {
  let web: Web;
  let port: number;
  let base: string;
  beforeAll(async () => {
    web = await startWeb();
    base = new URL(web.url).origin;
    port = await web.elsewhere();
  });
  afterAll(() => web?.close());

  const service = (host = 'localhost'): string => `http://${host}:${port}`;
  const jsonAt = (page: Page, path: string): Promise<unknown> =>
    page.evaluate(async (to) => (await fetch(to)).json() as Promise<unknown>, path);

  test('gets the cookie of a session, and opens nothing with it', async () => {
    const page = await web.page('operator');
    const other = await page.context().newPage();
    await other.goto(`${service()}/`);
    // the trap: browsers send a cookie of a host name to all of its ports
    expect(await jsonAt(other, '/received')).toContain('__Host-vx11=');
    expect(await jsonAt(other, '/replay')).toEqual([401, 401]);
    expect(await other.evaluate(() => localStorage.getItem('vx11.proof'))).toBeNull();
    await page.context().close();
  });

  test('can read and change nothing through the browser of somebody who is signed in', async () => {
    const page = await web.page('admin');
    const other = await page.context().newPage();
    await other.goto(`${service()}/`);
    const newest = await web.store.events.newest();
    const failures = await other.evaluate(async (gateway) => {
      const proof = { 'x-vx11-session': 'A'.repeat(32) };
      const json = { 'content-type': 'application/json' };
      const tries: RequestInit[] = [
        {},
        { headers: proof },
        { method: 'POST', body: '{}' },
        { method: 'POST', body: '{}', headers: json },
        { method: 'DELETE' },
      ];
      const read = tries.map((init) =>
        fetch(`${gateway}/vx11/session`, { credentials: 'include', ...init }).then(
          () => 'read',
          () => 'failed',
        ),
      );
      return Promise.all(read);
    }, base);
    expect(failures).toEqual(failures.map(() => 'failed'));

    // what needs no permission to be sent: a frame, a form, an address
    const shown = await other.evaluate(async (gateway) => {
      const frame = document.createElement('iframe');
      frame.src = `${gateway}/operator/ui/`;
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener('load', resolve));
      return frame.contentDocument === null ? 'closed to this page' : 'readable';
    }, base);
    expect(shown).toBe('closed to this page');
    for (const path of ['/vx11/session/links', '/vx11/window/close', '/vx11/tokens']) {
      await other.goto(`${service()}/`);
      await Promise.all([
        other.waitForNavigation(),
        other.evaluate((action) => {
          const form = document.createElement('form');
          Object.assign(form, { method: 'post', action });
          document.body.append(form);
          form.submit();
        }, base + path),
      ]);
      expect(await other.locator('body').textContent()).toContain('origin_not_allowed');
    }
    await other.goto(`${base}/vx11/status`);
    expect(await other.locator('body').textContent()).toContain('session_required');

    expect(await web.store.events.newest()).toBe(newest);
    await page.reload();
    await page.locator('main#main h1').waitFor();
    await page.context().close();
  });

  test('does not even get the cookie of vx11.localhost', async () => {
    const { text } = await web.token('viewer');
    const context = await web.browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://vx11.localhost:${new URL(base).port}/operator/ui/`);
    const status = await page.evaluate(async (token) => {
      const started = await fetch('/vx11/session', {
        method: 'POST',
        headers: { 'x-vx11-token': token },
      });
      const { proof } = (await started.json()) as { proof: string };
      return (await fetch('/vx11/session', { headers: { 'x-vx11-session': proof } })).status;
    }, text);
    expect(status).toBe(200);
    const other = await context.newPage();
    for (const host of ['localhost', '127.0.0.1']) {
      await other.goto(`${service(host)}/`);
      expect(await jsonAt(other, '/received')).toBe('');
    }
    await context.close();
  });
});
