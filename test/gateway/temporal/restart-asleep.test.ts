import { once } from 'node:events';
import { Agent, createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { restartAsleep } from '../../../gateway/temporal/restart-asleep.ts';
import { neverAsleep, type TemporalSleep } from '../../../platform/supervisor/temporal-sleep.ts';

const lookMs = 20;

/** A server that answers `/` at once and holds `/stream`, and a sleep that the test begins. */
async function served(isLoaded = true) {
  let held: ServerResponse | undefined;
  const server = createServer((request, response) => {
    if (request.url === '/stream') held = response.writeHead(200);
    else response.end('ok');
    held?.flushHeaders();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  let fallAsleep = (): void => undefined;
  const restart = vi.fn<() => void>();
  const sleep: TemporalSleep = {
    ...neverAsleep,
    isAsleep: () => true,
    onChange: (listener) => void (fallAsleep = () => listener('asleep')),
    restart,
  };
  restartAsleep({ sleep, temporal: { isLoaded: () => isLoaded }, servers: [server] }, lookMs);
  const agent = new Agent({ keepAlive: true });
  const ask = async (path: string): Promise<void> => {
    const { port } = server.address() as AddressInfo;
    const [response] = (await once(get({ port, host: '127.0.0.1', path, agent }), 'response')) as [
      NodeJS.ReadableStream,
    ];
    response.resume();
    if (path !== '/stream') await once(response, 'end');
  };
  return { ask, restart, fallAsleep: () => fallAsleep(), end: () => held?.end() };
}

const looks = (count: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, count * lookMs));

test('a connection that is kept open and idle does not keep the gateway from its restart', async () => {
  const { ask, restart, fallAsleep } = await served();
  await ask('/');
  fallAsleep();
  await vi.waitFor(() => expect(restart).toHaveBeenCalledOnce());
});

test('a stream is not cut: the restart waits for its end', async () => {
  const { ask, restart, fallAsleep, end } = await served();
  await ask('/stream');
  fallAsleep();
  await looks(5);
  expect(restart).not.toHaveBeenCalled();
  end();
  await vi.waitFor(() => expect(restart).toHaveBeenCalledOnce());
});

test('a gateway that has not loaded the client is left alone', async () => {
  const { restart, fallAsleep } = await served(false);
  fallAsleep();
  await looks(5);
  expect(restart).not.toHaveBeenCalled();
});
