import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, signIn, startWeb, type Web } from './browser.ts';
import { ask } from './house/house.ts';
import { seedServices } from './house/seed.ts';

describe.skipIf(chromiumPath === undefined)('signing in', () => {
  let web: Web;
  beforeAll(async () => {
    web = await startWeb();
    await seedServices(web.store);
  });
  afterAll(() => web?.close());

  test('a token opens the page that was asked for, and is kept nowhere', async () => {
    const { text } = await web.token('operator');
    const context = await web.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${web.url}services`);
    await signIn(page, text);
    await expect.poll(() => page.locator('h1').textContent()).toBe('Services');
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), document.cookie]),
    );
    expect(kept).not.toContain(text);
    await context.close();
  });

  test('a wrong token says what is wrong, and the field stays', async () => {
    const context = await web.browser.newContext();
    const page = await context.newPage();
    await page.goto(web.url);
    await page.getByLabel('Token').fill('vx11_0000000000000000_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token is not accepted').waitFor();
    expect(await page.getByLabel('Token').isVisible()).toBe(true);
    await context.close();
  });

  test('a printed link opens the page once, and its code leaves the address', async () => {
    const maker = await web.page('admin');
    const { path } = await ask(maker, '/vx11/session/links', {});
    const context = await web.browser.newContext();
    const page = await context.newPage();
    const link = new URL(String(path), web.url).href;
    await page.goto(link);
    await page.locator('main#main h1').waitFor();
    expect(page.url()).toBe(web.url);
    const other = await web.browser.newContext();
    const late = await other.newPage();
    await late.goto(link);
    await late.getByLabel('Token').waitFor();
    expect(late.url()).not.toContain('k=');
    for (const one of [maker.context(), context, other]) await one.close();
  });

  test('signing out ends the session in every tab', async () => {
    const page = await web.page('operator');
    const second = await page.context().newPage();
    await second.goto(`${web.url}windows`);
    await second.locator('main#main h1').waitFor();
    await page.getByRole('button', { name: /operator/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to VX11' }).waitFor();
    await second.getByText('You signed out in another tab.').waitFor();
    expect(await second.evaluate(() => localStorage.getItem('vx11.proof'))).toBeNull();
    await page.context().close();
  });

  test('a revoked token asks to sign in over the page, which keeps what was typed', async () => {
    const { id, text } = await web.token('operator', 'rosa');
    const context = await web.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${web.url}chat`);
    await signIn(page, text);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByLabel('Say what you want').fill('open web because half written');
    await web.store.tokens.revoke(id, Date.now(), [
      { type: 'token.revoked', at: Date.now(), actor: 'root', payload: { token_id: id } },
    ]);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/The session has ended/).waitFor({ timeout: 30_000 });
    const { text: other } = await web.token('operator', 'rosa again');
    await dialog.getByLabel('Token').fill(other);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Say what you want').inputValue()).toBe(
      'open web because half written',
    );
    expect(page.url()).toBe(`${web.url}chat`);
    await context.close();
  });
});
