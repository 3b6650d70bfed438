import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Child } from '../../../../cli/up/process/child.ts';
import { createTemporalSleeper, type TemporalSleeper } from '../../../../cli/up/temporal/sleep.ts';
import { until } from '../temporary-home.ts';

/** What was done to the children, in order. */
let log: string[];
let server: Server | undefined;
let port: number;
let now: number;
let sleeper: TemporalSleeper;
/** Set to hold a pause of madre. */
let holdMadre: Promise<void> | undefined;
/** Whether the next start of Temporal fails. */
let failStart: boolean;

const listen = async (): Promise<void> => {
  server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server!.listen(port, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
};

function child(name: string): Child {
  return {
    name,
    pid: () => 1,
    stop: async () => undefined,
    async pause() {
      log.push(`${name} paused`);
      if (name === 'madre') await holdMadre;
      if (name === 'temporal') await new Promise((resolve) => server!.close(resolve));
    },
    resume() {
      if (name === 'temporal' && failStart) {
        failStart = false;
        throw new Error('too many open files');
      }
      log.push(`${name} started ${name === 'madre' ? sleeper.env()['VX11_TEMPORAL_STATE'] : ''}`);
      if (name === 'temporal') void listen();
    },
    send: (message) => void log.push(`${name} < ${Object.values(message).join(' ')}`),
  };
}

let madre: Child;
let gateway: Child;
beforeEach(async () => {
  [log, now, port, holdMadre, failStart] = [[], 0, 0, undefined, false];
  await listen();
  const address = { host: '127.0.0.1', port };
  sleeper = createTemporalSleeper(
    { address, afterMs: 5000 },
    (line) => log.push(line),
    () => now,
  );
  [madre, gateway] = [child('madre'), child('tentaculo_link')];
  sleeper.attach({ foreign: [child('redis'), child('temporal')], own: [madre, gateway] });
});
afterEach(() => {
  sleeper.end();
  server?.close();
});

const unused = () => sleeper.onMessage(madre, { temporal: 'unused' });
const need = (id: number) => sleeper.onMessage(gateway, { temporal: 'needed', id });
const answered = (id: number) => until(() => log.includes(`tentaculo_link < answer ${id} true`));
const asleep = () => until(() => log.some((line) => line.startsWith('Temporal sleeps')));

test('it sleeps once madre needs it no more: madre starts again without it, and both processes hear so', async () => {
  now = 5000;
  unused();
  await asleep();
  expect(log).toEqual([
    'madre paused',
    'madre started asleep 5000',
    'temporal paused',
    'madre < asleep',
    'tentaculo_link < asleep',
    expect.stringMatching(/^Temporal sleeps now/),
  ]);
});

test('a recent need keeps it awake', async () => {
  now = 4000;
  need(1);
  await answered(1);
  now = 8999;
  unused();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(log).toEqual(['tentaculo_link < answer 1 true']);
});

test('the first need wakes it, and is answered once it accepts connections', async () => {
  now = 5000;
  unused();
  await asleep();
  log.length = 0;
  need(1);
  need(2);
  await answered(1);
  await answered(2);
  expect(log.slice(0, 6)).toEqual([
    'temporal started ',
    'madre < waking',
    'tentaculo_link < waking',
    'madre < awake',
    'tentaculo_link < awake',
    'Temporal is awake again',
  ]);
  expect(log.filter((line) => line.startsWith('temporal started'))).toHaveLength(1);
});

test('a start that fails is said, and the next need tries it again', async () => {
  now = 5000;
  unused();
  await asleep();
  failStart = true;
  need(1);
  await until(() => log.some((line) => /not be put to sleep or started: too many/.test(line)));
  now = 60_000;
  await until(() => log.includes('tentaculo_link < answer 1 false'));
  need(2);
  await answered(2);
  expect(log.at(-1)).toBe('tentaculo_link < answer 2 true');
  expect(log).toContain('Temporal is awake again');
});

test('a need while madre ends for it leaves Temporal up', async () => {
  const ending = Promise.withResolvers<void>();
  holdMadre = ending.promise;
  now = 5000;
  unused();
  await until(() => log.includes('madre paused'));
  need(1);
  ending.resolve();
  await answered(1);
  expect(log).toEqual([
    'madre paused',
    'madre started awake 5000',
    'tentaculo_link < answer 1 true',
  ]);
});

test('a process that asks for it is started again, and none is once the supervisor ends', async () => {
  sleeper.onMessage(gateway, { restart: true });
  await until(() => log.includes('tentaculo_link started '));
  sleeper.end();
  log.length = 0;
  sleeper.onMessage(gateway, { restart: true });
  now = 5000;
  unused();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(log).toEqual([]);
});

test('before the start is over it does not sleep', async () => {
  const early = createTemporalSleeper(
    { address: { host: '127.0.0.1', port }, afterMs: 5000 },
    (line) => log.push(line),
    () => now,
  );
  now = 9000;
  early.onMessage(madre, { temporal: 'unused' });
  early.onMessage(gateway, { temporal: 'needed', id: 7 });
  await answered(7);
  expect(log).toEqual(['tentaculo_link < answer 7 true']);
});

test('one that answers nothing is started again, at most once in five minutes', async () => {
  const unwell = () => sleeper.onMessage(madre, { temporal: 'unwell' });
  unwell();
  unwell();
  await until(() => log.includes('temporal started '));
  expect(log).toEqual([
    expect.stringMatching(/^Temporal has answered nothing for a minute, and is started again/),
    'temporal paused',
    'temporal started ',
  ]);
  log.length = 0;
  now = 299_999;
  unwell();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(log).toEqual([]);
  now = 300_000;
  unwell();
  await until(() => log.includes('temporal started '));
});

test('one that sleeps is not unwell', async () => {
  now = 5000;
  unused();
  await asleep();
  log.length = 0;
  sleeper.onMessage(madre, { temporal: 'unwell' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(log).toEqual([]);
});
