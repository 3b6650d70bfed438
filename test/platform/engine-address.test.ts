import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../platform/hash.ts';
import { engineSockets, usableSocket } from '../../platform/engine-address.mjs';
import { temporaryHome } from '../cli/up/temporary-home.ts';

/** A home in which Docker has these contexts, as `docker context create` writes them. */
function homeWith(contexts: Record<string, string>, current?: string): string {
  const home = temporaryHome();
  const folder = join(home, '.docker');
  for (const [name, Host] of Object.entries(contexts)) {
    const meta = join(folder, 'contexts/meta', sha256(name));
    mkdirSync(meta, { recursive: true });
    const text = JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host } } });
    writeFileSync(join(meta, 'meta.json'), text);
  }
  if (current !== undefined)
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ currentContext: current }));
  return home;
}

const colima = { colima: 'unix:///home/a/.colima/docker.sock', far: 'ssh://root@far' };

describe('the Engine that is used is', () => {
  test.each([
    [
      'the one of VX11_DOCKER_SOCKET',
      { VX11_DOCKER_SOCKET: '/a.sock', DOCKER_CONTEXT: 'colima' },
      '/a.sock',
    ],
    [
      'that of the context that DOCKER_CONTEXT names',
      { DOCKER_CONTEXT: 'colima', DOCKER_HOST: 'unix:///b' },
      '/home/a/.colima/docker.sock',
    ],
    ['the usual one of the context default', { DOCKER_CONTEXT: 'default' }, '/var/run/docker.sock'],
    [
      'the one of DOCKER_HOST, whatever the context is',
      { DOCKER_HOST: 'unix:///b.sock' },
      '/b.sock',
    ],
    ['that of the current context', {}, '/home/a/.colima/docker.sock'],
  ])('%s', (_, env, socket) => {
    const home = homeWith(colima, 'colima');
    // and no other one is tried, so that a stack never runs where nobody looks for it
    expect(engineSockets(env as Record<string, string>, home).sockets).toEqual([socket]);
  });

  test('the first that this user may use, of those that are there', () => {
    const folder = temporaryHome();
    const [theirs, ours, none] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(theirs, '', { mode: 0o000 });
    writeFileSync(ours, '', { mode: 0o600 });
    // root may use any
    expect(usableSocket([none, theirs, ours])).toBe(process.getuid?.() === 0 ? theirs : ours);
    expect(usableSocket([none, ours])).toBe(ours);
    expect(usableSocket([none])).toBe(none);
  });

  test('a usual one, if nothing names one', () => {
    expect(engineSockets({ XDG_RUNTIME_DIR: '/run/user/1' }, '/home/a')).toEqual({
      from: null,
      sockets: [
        '/var/run/docker.sock',
        '/home/a/.docker/run/docker.sock',
        '/run/user/1/docker.sock',
      ],
    });
  });

  test('read from the folder that DOCKER_CONFIG names', () => {
    const home = homeWith(colima, 'colima');
    const env = { DOCKER_CONFIG: join(home, '.docker') };
    expect(engineSockets(env, '/home/b').sockets).toEqual(['/home/a/.colima/docker.sock']);
  });
});

describe('an Engine is refused with the reason and what to do', () => {
  test.each([
    [
      'of another machine',
      { DOCKER_CONTEXT: 'far' },
      /far.*ssh:\/\/root@far.*another machine.*docker context use default/s,
    ],
    [
      'over TCP',
      { DOCKER_HOST: 'tcp://10.0.0.1:2376' },
      /DOCKER_HOST is tcp:\/\/10\.0\.0\.1:2376.*over TCP.*DOCKER_HOST to unix:\/\/PATH/s,
    ],
    ['of Windows', { DOCKER_HOST: 'npipe:////./pipe/docker' }, /no Unix socket/],
    [
      'of a context that is not there',
      { DOCKER_CONTEXT: 'gone' },
      /context gone \(DOCKER_CONTEXT\) is not known.*docker context ls/s,
    ],
  ])('if it is one %s', (_, env, text) =>
    expect(() => engineSockets(env as Record<string, string>, homeWith(colima))).toThrow(text),
  );

  /** What the bootstrap says for this environment: the socket that it would use, or why none. */
  async function bootstrap(env: Record<string, string>): Promise<string> {
    const program = `import { ensureDocker } from ${JSON.stringify(join(import.meta.dirname, '../../scripts/bootstrap/docker.mjs'))};
      console.log(await ensureDocker().catch((error) => error.message));`;
    const args = ['--input-type=module', '--eval', program];
    const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH']!, ...env } });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (said += piece.toString()));
    await once(child, 'close');
    return said.trim();
  }
  /** Something that answers a ping on a Unix socket, with these headers. */
  async function pinged(headers: Record<string, string>): Promise<string> {
    const socket = join(temporaryHome(), 'engine.sock');
    const server = createServer((_, reply) => void reply.writeHead(200, headers).end('OK'));
    onTestFinished(() => void server.close());
    server.listen(socket);
    await once(server, 'listening');
    return socket;
  }

  test('if it is Podman’s, unless a person chose it for VX11', async () => {
    const socket = await pinged({ 'libpod-api-version': '5.4.0' });
    const said = await bootstrap({ DOCKER_HOST: `unix://${socket}` });
    expect(said).toContain(`Podman answers on ${socket}`);
    expect(said).toContain('VX11_DOCKER_SOCKET');
    expect(await bootstrap({ VX11_DOCKER_SOCKET: socket })).toBe(socket);
  });

  test('and one by a context is named when it is used, and when it does not answer', async () => {
    const socket = await pinged({});
    const home = homeWith({ mine: `unix://${socket}`, off: 'unix:///nowhere.sock' }, 'mine');
    expect(await bootstrap({ HOME: home })).toContain(`at ${socket}, by the Docker context mine`);
    const said = await bootstrap({ HOME: home, DOCKER_CONTEXT: 'off' });
    expect(said).toContain('/nowhere.sock, which the Docker context off (DOCKER_CONTEXT) names');
  });
});
