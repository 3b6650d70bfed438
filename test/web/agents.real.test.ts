import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildWeb } from '../../scripts/web/build.ts';
import { root } from '../repository/source.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { chromiumPath, flags, signIn } from './browser.ts';

/** An open starts a container, and a close waits for it to stop. */
const slow = { timeout: 30_000 };

describe.skipIf(chromiumPath === undefined)('agents, on a real Engine', () => {
  let stack: TestStack;
  let browser: Browser;
  let page: Page;
  let agent: string;
  beforeAll(async () => {
    await buildWeb(root);
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { mcp: {}, other: {} },
    });
    browser = await chromium.launch({ executablePath: chromiumPath!, headless: true, args: flags });
    page = await signedIn(stack.token);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.destroy();
  });

  async function signedIn(token: string): Promise<Page> {
    const one = await (await browser.newContext()).newPage();
    await one.goto(`${stack.url}/operator/ui/agents`);
    await signIn(one, token);
    return one;
  }
  const make = async (body: object): Promise<string> =>
    (await stack.call('POST', '/vx11/tokens', body)).body.token;
  const says = (user_message: string) =>
    stack.call(
      'POST',
      '/mcp/chat',
      { user_message, require_action: true },
      { 'x-vx11-token': agent },
    );
  const windows = () => page.getByRole('table', { name: 'Windows of mcp' });
  const asked = () => page.getByRole('table', { name: 'Plans of agents' });

  test('are shut out at first, have no token, and have asked for nothing', async () => {
    await page.getByText('Agents are not let in.').waitFor();
    await page.getByText('No agent has asked for anything yet.').waitFor();
    await page.getByText('vx11 mcp setup claude-code').waitFor();
    expect(await windows().count()).toBe(0);
  });

  test('a new token shows its program, its person, who made it, its last use and its end', async () => {
    agent = await make({
      name: 'claude-code for rosa',
      scope: 'agent',
      agent: { host: 'claude-code', person: 'rosa' },
    });
    const row = page.getByRole('table', { name: 'Tokens of agents' }).getByRole('row').nth(1);
    await row.waitFor();
    const text = (await row.textContent())!;
    for (const part of ['claude-code', 'rosa', 'admin', 'never']) expect(text).toContain(part);
  });

  test('are let in for a time by one click, and the page says who did it and until when', async () => {
    await page.getByRole('button', { name: 'Let agents in…' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('mcp').isChecked()).toBe(true);
    await dialog.getByLabel('Why').fill('Rosa asks about logs');
    await dialog.getByRole('button', { name: 'Open mcp' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Agents are let in until').waitFor(slow);
    const row = windows().getByRole('row', { name: /Rosa asks about logs/ });
    await row.getByText('open', { exact: true }).waitFor(slow);
    expect(await row.textContent()).toContain('admin');
    expect(await row.getByRole('button', { name: /^\+10 → / }).count()).toBe(1);
  });

  test('what an agent asks for appears by itself, waits, and is confirmed here', async () => {
    const answer = await says('open other for 5 minutes');
    expect(answer.body).toMatchObject({ actions_taken: [{ status: 'WAITING' }] });
    const row = asked().getByRole('row', { name: /claude-code for rosa/ });
    await row.getByText('waiting', { exact: true }).waitFor();
    await row.getByRole('link', { name: /^Review/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('OPEN_WINDOW', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Open other' }).click();
    await dialog.getByText('done', { exact: true }).first().waitFor(slow);
    expect(await stack.running()).toEqual(['mcp', 'other']);
    await page.goto(`${stack.url}/operator/ui/agents?show=DONE`);
    await asked().getByText('done', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'waiting', exact: true }).click();
    await page.getByText('No plan fits this filter.').waitFor();
  });

  test('a viewer sees who let them in, and no button that could only fail', async () => {
    const eva = await signedIn(await make({ name: 'eva', scope: 'viewer' }));
    await eva.getByText('Agents are let in until').waitFor();
    await eva.getByText('Only tokens of scope operator can let agents in.').waitFor();
    await eva.getByText('Tokens are shown to tokens of scope admin.').waitFor();
    expect(await eva.getByRole('button', { name: /Let agents|Close|\+10|Revoke/ }).count()).toBe(0);
    await eva.context().close();
  });

  test('are shut out at once when the window is closed', async () => {
    await page.goto(`${stack.url}/operator/ui/agents`);
    await windows().getByRole('button', { name: 'Close mcp', exact: true }).click();
    await page.getByText('Agents are not let in.').waitFor(slow);
    expect((await says('what is open?')).body).toMatchObject({ error: 'off_by_policy' });
  });

  test('a token is revoked here, by a second press', async () => {
    await page.getByRole('button', { name: /^Revoke / }).click();
    await page.getByRole('button', { name: /^Revoke for good/ }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    expect((await says('what is open?')).status).toBe(403);
  });
});
