import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { readSettings } from '../../../cli/up/settings.ts';
import { shutDown } from '../../../cli/up/shut-down.ts';
import type { StopSignal } from '../../../cli/up/process/signals.ts';

const live = [
  { window_id: 'window-1', host: 'box' },
  { window_id: 'window-2', host: 'box' },
  { window_id: 'window-3', host: 'elsewhere' },
];

/** Ends a stack before a gateway that answers closes with `status`: what the gateway was asked to do, and what was said. */
async function ending(how: StopSignal, status = 200) {
  const changes: [string, unknown][] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.method === 'GET')
        return response.end(JSON.stringify({ policy: 'windowed', active_windows: live }));
      changes.push([request.url ?? '', body && JSON.parse(body)]);
      return response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const env = {
    VX11_PORT: String(port),
    VX11_HOST: 'box',
    VX11_COMPOSE_FILE: '/not/ours.yml',
    VX11_DOCKER_SOCKET: '/does/not/exist',
  };
  const rest = { token: 'a token', stack: undefined, own: [], foreign: [] };
  const said: string[] = [];
  const running = { ...rest, settings: readSettings(env, import.meta.dirname) };
  await shutDown(how, running, (line) => said.push(line));
  return { changes, said };
}

test('Ctrl-C closes the windows of this host and asks for nothing else', async () => {
  const { changes, said } = await ending('SIGINT');
  const reason = 'VX11 was stopped';
  expect(changes).toHaveLength(2);
  expect(changes).toContainEqual(['/vx11/window/close', { window_id: 'window-1', reason }]);
  expect(changes).toContainEqual(['/vx11/window/close', { window_id: 'window-2', reason }]);
  expect(said[0]).toBe('closing 2 windows…');
});

test('what could not be closed is said, with what becomes of it, and the guard stays', async () => {
  const { said } = await ending('SIGINT', 503);
  expect(said.join('\n')).toMatch(
    /2 windows could not be closed \(the gateway answered 503\): the guard .* holds stay/,
  );
  expect(said.join('\n')).not.toContain('Containers may be left over');
});

test('SIGTERM closes nothing and says what is left', async () => {
  const { changes, said } = await ending('SIGTERM');
  expect(changes).toEqual([]);
  expect(said[0]).toMatch(/^2 windows left open: the guard/);
});
