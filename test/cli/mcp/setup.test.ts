import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageFolder, launchOf } from '../../../cli/mcp/launch.ts';
import { snippets } from '../../../cli/mcp/snippets.ts';
import { startFixture, type CliFixture } from '../fixture.ts';

let fixture: CliFixture;
beforeAll(async () => void (fixture = await startFixture((view) => [view, []])));
afterAll(() => fixture.close());

test.each(Object.keys(snippets))(
  'vx11 mcp setup %s makes a token and prints the snippet',
  async (host) => {
    const { code, out, err } = await fixture.vx11(['mcp', 'setup', host, '--person', 'ada']);
    expect(code, err).toBe(0);
    const token = /vx11_[0-9a-f]{16}_[\w-]{43}/.exec(out)![0];
    for (const part of ['vx11.mjs', 'mcp', fixture.url]) expect(out).toContain(part);
    const list = await fixture.vx11('token list');
    expect(list.out).toMatch(new RegExp(`${host} ada +agent in ${host}, for ada`));
    expect(list.out).not.toContain(token);
    expect(err).toContain('vx11 open mcp');
    if (/^(claude-desktop|cursor|vscode)$/.test(host)) {
      const [server] = Object.values(Object.values(JSON.parse(out) as object)[0] as object);
      expect(server).toMatchObject({ env: { VX11_TOKEN: token, VX11_URL: fixture.url } });
    }
    const headers = { 'x-vx11-token': token };
    expect((await fetch(`${fixture.url}/vx11/status`, { headers })).status).toBe(200);
    const opened = await fetch(`${fixture.url}/vx11/window/open`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"target":"web","ttl_seconds":5}',
    });
    expect(opened.status).toBe(403);
  },
);

test('vx11 mcp setup again replaces the token; more than 30 days are refused', async () => {
  const first = await fixture.vx11('mcp setup codex --person ben');
  const again = await fixture.vx11('mcp setup codex --person ben --expires 7d');
  expect(again.err).toContain('It replaces token-');
  const headers = (out: string) => ({ 'x-vx11-token': /vx11_\w{16}_[\w-]{43}/.exec(out)![0] });
  const status = async (out: string) =>
    (await fetch(`${fixture.url}/vx11/status`, { headers: headers(out) })).status;
  expect([await status(first.out), await status(again.out)]).toEqual([403, 200]);
  const long = await fixture.vx11('mcp setup codex --person eva --expires 31d');
  expect([long.code, long.err]).toEqual([3, expect.stringContaining('30 days')]);
});

test('in a container the snippet is for the machine around it, which has Docker and nothing of VX11', async () => {
  const dockerfile = await readFile(join(import.meta.dirname, '../../../Dockerfile'), 'utf8');
  expect(dockerfile).toContain(`WORKDIR ${imageFolder}\n`);
  const env = { VX11_URL: 'http://127.0.0.1:8000', VX11_TOKEN: 'vx11_0' };
  const launch = launchOf(imageFolder, true, env);
  for (const [host, { text }] of Object.entries(snippets)) {
    const shown = text(launch);
    expect(shown, host).not.toContain(imageFolder);
    expect(shown, host).not.toContain(process.execPath);
    expect(shown, host).not.toContain('env:');
    for (const part of ['docker', 'exec', '-T', 'VX11_TOKEN=vx11_0', 'tentaculo_link'])
      expect(shown, host).toContain(part);
  }
  const { project } = /name: (?<project>\S+)/.exec(
    await readFile(join(import.meta.dirname, '../../../cli/init/compose.ts'), 'utf8'),
  )!.groups!;
  expect(launch.args.slice(0, 3)).toEqual(['compose', '-p', project]);
});
