import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { speaksHttp2 } from '../../../gateway/temporal/speaks-http2.ts';
import { certainlyNotSent } from '../../../gateway/temporal/not-taken.ts';
import { neverAsleep, NotWoken } from '../../../platform/supervisor/temporal-sleep.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';

const repository = join(import.meta.dirname, '../../..');

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a gRPC server is distinguished from a frozen one, one of another protocol, and none', async () => {
  const serving = await listen(createHttp2Server());
  expect(await speaksHttp2(serving, 2000)).toBe(true);
  const frozen = await listen(createServer((socket) => socket.on('error', () => undefined)));
  expect(await speaksHttp2(frozen, 200)).toBe(false);
  const other = await listen(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request')));
  expect(await speaksHttp2(other, 2000)).toBe(false);
  expect(await speaksHttp2('127.0.0.1:1', 2000)).toBe(false);
});

test('health succeeds without the client while Temporal is up, and is refused by the client’s breaker while it is down', async () => {
  const temporal = connectTemporal(await listen(createHttp2Server()), 'default');
  await temporal.health();
  const away = connectTemporal('127.0.0.1:1', 'default');
  onTestFinished(() => away.close());
  for (let n = 0; n < 3; n += 1)
    await expect(away.health()).rejects.toMatchObject({ code: 'temporal_unavailable' });
  expect(away.breaker).toBe('open');
});

test('a gateway that only answers reads has not loaded the client of Temporal', () => {
  const code = `
    import { registerHooks } from 'node:module';
    const files = [];
    registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
    await import('./gateway/temporal/port.ts');
    await import('./gateway/app.ts');
    console.log(JSON.stringify(files.filter((file) => /@temporalio|@grpc|protobufjs/.test(file))));
  `;
  const args = ['--input-type=module', '--eval', code];
  const options = { cwd: repository, encoding: 'utf8' } as const;
  expect(JSON.parse(execFileSync(process.execPath, args, options))).toEqual([]);
});

test('while Temporal sleeps, health wakes nothing, and a message is sent only once it is awake', async () => {
  const asked: string[] = [];
  const sleep = {
    ...neverAsleep,
    isAsleep: () => true,
    wake: () => {
      asked.push('wake');
      return Promise.reject(new NotWoken('it sleeps'));
    },
  };
  const temporal = connectTemporal('127.0.0.1:1', 'default', { sleep });
  onTestFinished(() => temporal.close());
  await temporal.health();
  expect(asked).toEqual([]);
  const failed = await temporal.autonomy('pause', 'box', 'x').catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 'temporal_unavailable' });
  // so what was stored for it is taken back
  expect(certainlyNotSent(failed)).toBe(true);
  expect(asked).toEqual(['wake']);
});
