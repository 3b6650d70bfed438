import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Store } from '../../../store/index.ts';
import { aTask } from '../../domain/tasks/samples.ts';
import { until } from '../../stack/wait.ts';
import { head } from '../http/exchange.ts';
import { adminToken, startListening, type ListeningGateway } from '../fixture.ts';

const maxStreams = 3;

/** A gateway whose store delays the reads that a stream makes before it opens. */
async function holdingGateway() {
  let asked = 0;
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const hold =
    <Args extends unknown[], T>(method: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      asked += 1;
      await held;
      return method(...args);
    };
  let holding: Store | null = null;
  const store = (): Store => {
    const { events, tasks } = gateway.store;
    return (holding ??= {
      ...gateway.store,
      events: { ...events, ends: hold(events.ends) },
      tasks: { ...tasks, lookUp: hold(tasks.lookUp) },
    });
  };
  const gateway: ListeningGateway = await startListening({
    config: { maxStreams, streamBeatMs: 50 },
    deps: { store },
  });
  onTestFinished(() => gateway.close());
  return { gateway, asked: () => asked, letGo };
}

test.each(['/vx11/events', '/vx11/spawn/{id}/logs'])(
  'readers of %s that disconnect before their stream is open free their places',
  async (route) => {
    const { gateway, asked, letGo } = await holdingGateway();
    const { view, spec } = aTask({}, Date.now());
    await gateway.store.tasks.create(view, spec, []);
    const path = route.replace('{id}', view.spawn_id);
    const sockets: Socket[] = Array.from({ length: maxStreams }, () => {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\n`);
      return socket;
    });
    await until('all wait for the store', async () => asked() === maxStreams);
    for (const socket of sockets) socket.destroy();
    const { server } = gateway.app;
    const connections = promisify(server.getConnections.bind(server));
    await until('all have gone', async () => (await connections()) === 0);
    letGo();
    const statuses = Array.from({ length: maxStreams }, async () => {
      const cut = new AbortController();
      onTestFinished(() => cut.abort());
      const headers = { 'x-vx11-token': adminToken };
      return (await fetch(gateway.base + path, { headers, signal: cut.signal })).status;
    });
    expect(await Promise.all(statuses)).toEqual(Array(maxStreams).fill(200));
  },
);

test('concurrent requests that wait for the store do not open more streams than the cap', async () => {
  const { gateway, asked, letGo } = await holdingGateway();
  const count = maxStreams + 2;
  const statuses = Array.from({ length: count }, async () => {
    const cut = new AbortController();
    onTestFinished(() => cut.abort());
    const headers = { 'x-vx11-token': adminToken };
    return (await fetch(`${gateway.base}/vx11/events`, { headers, signal: cut.signal })).status;
  });
  await until('all wait for the store', async () => asked() === count);
  letGo();
  const opened = (await Promise.all(statuses)).filter((status) => status === 200);
  expect(opened).toHaveLength(maxStreams);
});
