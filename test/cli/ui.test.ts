import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../cli/ui/browser.ts';
import { greeting } from '../../cli/up/greeting.ts';
import { readSettings } from '../../cli/up/settings.ts';
import { keepsSession } from '../../cli/ui/link.ts';
import { signIn } from '../gateway/ui/sign-in.ts';
import { startFixture, type CliFixture } from './fixture.ts';

let fixture: CliFixture;
beforeAll(async () => void (fixture = await startFixture(() => [{}, []])));
afterAll(() => fixture.close());

const codeIn = (text: string): string => /#k=([\w-]{22})$/m.exec(text)![1]!;

test('vx11 ui prints a link by the name localhost that signs in once, with the rights of the token', async () => {
  const token = await fixture.token('viewer');
  const printed = await fixture.vx11('ui', { VX11_TOKEN: token });
  expect(printed).toMatchObject({ code: 0, err: expect.stringContaining('60 s') });
  const { port } = new URL(fixture.url);
  expect(printed.out).toMatch(new RegExp(`^http://localhost:${port}/operator/ui/#k=[\\w-]{22}$`));
  const browser = await signIn(fixture, { code: codeIn(printed.out) });
  const me = await fixture.inject({ url: '/vx11/session', headers: browser.headers });
  expect(me.json()).toMatchObject({ scope: 'viewer', session_id: browser.session_id });
  await expect(signIn(fixture, { code: codeIn(printed.out) })).rejects.toThrow('link_not_accepted');
});

test('vx11 ui --json prints the link and when it ends', async () => {
  const { out, err } = await fixture.vx11('--json ui --no-open');
  const { url, expires_at } = JSON.parse(out) as { url: string; expires_at: string };
  expect(codeIn(url)).toBeTruthy();
  expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(60_000);
  expect(err).toBe('');
});

test('vx11 ui without a valid token says so and prints no link', async () => {
  const refused = await fixture.vx11('ui', { VX11_TOKEN: 'not-a-token-of-anybody' });
  expect(refused).toMatchObject({ code: 3, out: '' });
  expect(refused.err).toContain('This token is not accepted');
});

test.each([
  ['http://localhost:8000/', true],
  ['http://vx11.localhost:8000/', true],
  ['http://[::1]:8000/', true],
  ['https://vx11.example/', true],
  ['http://vx11.example/', false],
  ['http://192.168.1.20:8000/', false],
])('browsers keep a session of %s: %s', (url, keeps) => expect(keepsSession(url)).toBe(keeps));

test('a browser is opened where this machine has a display and a program for it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-browser-'));
  try {
    const opened = join(folder, 'opened');
    for (const name of ['xdg-open', 'open']) {
      await writeFile(join(folder, name), `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
      await chmod(join(folder, name), 0o755);
    }
    const env = { PATH: `${folder}:/bin:/usr/bin`, DISPLAY: ':0' };
    expect(await openBrowser('http://localhost:1/#k=a', env)).toBe(true);
    const read = () => readFile(opened, 'utf8').catch(() => '');
    await expect.poll(read).toBe('http://localhost:1/#k=a');
    expect(await openBrowser('http://localhost:1/', { ...env, PATH: '/nowhere' })).toBe(false);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the greeting of npm start has the link, says how long it works, and names the command for another', () => {
  const settings = readSettings({ VX11_HOME: '/nowhere' }, '/vx11');
  const ready = { stack: undefined, token: { token: 't', file: undefined }, readyAfterMs: 1 };
  const uiLink = 'http://localhost:8000/operator/ui/#k=AAAAAAAAAAAAAAAAAAAAAA';
  const lines = greeting(settings, { ...ready, uiLink }).join('\n');
  expect(lines).toMatch(
    /Web UI {4}http:\/\/localhost:8000\/operator\/ui\/#k=A{22}\n.*60 s.*vx11 ui/,
  );
  expect(greeting(settings, { ...ready, uiLink: null }).join('\n')).not.toContain('Web UI');
});
