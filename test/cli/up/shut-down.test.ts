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

/**
 * Shuts a stack down against a gateway that answers each close with `status`.
 * @param silentMs for how long it does not listen yet
 * @returns the changes that the gateway was asked for, and the lines that were printed
 */
async function ending(how: StopSignal, status = 200, silentMs = 0) {
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
  if (silentMs > 0) {
    server.close();
    setTimeout(() => server.listen(port, '127.0.0.1'), silentMs);
  }
  const env = {
    VX11_PORT: String(port),
    VX11_HOST: 'box',
    VX11_COMPOSE_FILE: '/not/ours.yml',
    VX11_DOCKER_SOCKET: '/does/not/exist',
  };
  const rest = { token: 'a token', stack: undefined, own: [], foreign: [] };
  const output: string[] = [];
  const running = { ...rest, settings: readSettings(env, import.meta.dirname) };
  await shutDown(how, running, (line) => output.push(line));
  return { changes, output };
}

test('Ctrl-C closes the windows of this host and changes nothing else', async () => {
  const { changes, output } = await ending('SIGINT');
  const reason = 'VX11 was stopped';
  expect(changes).toHaveLength(2);
  expect(changes).toContainEqual(['/vx11/window/close', { window_id: 'window-1', reason }]);
  expect(changes).toContainEqual(['/vx11/window/close', { window_id: 'window-2', reason }]);
  expect(output[0]).toBe('closing 2 windows…');
});

test('a gateway that is being started again is waited for', async () => {
  const { changes } = await ending('SIGINT', 200, 2000);
  expect(changes).toHaveLength(2);
});

test('SIGTERM does not wait for one: it changes nothing anyway', async () => {
  const { output } = await ending('SIGTERM', 200, 2000);
  expect(output).toEqual(['VX11 has stopped']);
});

test('windows that could not be closed are reported, with what happens to them, and the guard stays', async () => {
  const { output } = await ending('SIGINT', 503);
  expect(output.join('\n')).toMatch(
    /2 windows could not be closed \(the gateway answered 503\): the guard .* holds stay/,
  );
  expect(output.join('\n')).not.toContain('may be left over');
});

test('SIGTERM closes nothing and reports the windows left open', async () => {
  const { changes, output } = await ending('SIGTERM');
  expect(changes).toEqual([]);
  expect(output[0]).toMatch(/^2 windows left open: the guard/);
});
