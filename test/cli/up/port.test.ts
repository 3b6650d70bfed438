import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { takenPorts } from '../../../cli/up/port.ts';

test('a port in use is reported with its owner and the variable that changes it; a free one is not', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const wanted = { host: '127.0.0.1', port, what: 'the gateway', variable: 'VX11_PORT' };
  const [line] = await takenPorts([wanted]);
  expect(line).toContain(`Port ${port} (the gateway) is in use by`);
  expect(line).toContain(`(process ${process.pid})`);
  expect(line).toContain('set VX11_PORT');
  server.close();
  await once(server, 'close');
  expect(await takenPorts([wanted])).toEqual([]);
  onTestFinished(() => void server.close());
});
