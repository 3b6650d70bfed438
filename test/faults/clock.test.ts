import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { figure } from '../stack/figure.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { ended, openTarget } from '../stack/calls.ts';

const library = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']
  .map((folder) => `${folder}/faketime/libfaketimeMT.so.1`)
  .find(existsSync);
if (library === undefined) console.log('skipped: needs libfaketime (apt-get install faketime)');

describe.skipIf(library === undefined)('the clock is set while windows are open', () => {
  let stack: TestStack;
  let folder: string;
  const setClock = async (offset: string): Promise<void> => {
    const file = join(folder, 'offset');
    await writeFile(file, `${offset}\n`);
    const now = new Date();
    await utimes(file, now, now);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vx11-clock-'));
    await setClock('+0');
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: {}, other: {} },
      // for madre and the gateway, as on one machine; Temporal is a static program and keeps its own clock
      env: {
        LD_PRELOAD: library!,
        FAKETIME_TIMESTAMP_FILE: join(folder, 'offset'),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    });
  });
  afterAll(async () => {
    await stack?.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  test('set back by an hour: the window still ends on time', async () => {
    const { body } = await openTarget(stack, 'web', 5);
    await setClock('-3600');
    await until('it is down', async () => (await stack.running()).length === 0);
    const late = Date.now() - Date.parse(body.expires_at);
    figure('overrun with the clock set back by an hour', late);
    expect(Math.abs(late)).toBeLessThan(2500);
    expect((await ended(stack, body.window_id)).receipt).toMatchObject({ residue: [] });
    const { body: next } = await openTarget(stack, 'web', 3);
    await until('the next is down', async () => (await stack.running()).length === 0);
    expect(Math.abs(Date.now() - Date.parse(next.expires_at))).toBeLessThan(2500);
    await expectPromisesKept(stack);
  });

  test('set back, and madre killed: the window still ends on time', async () => {
    const { body } = await openTarget(stack, 'other', 8);
    await setClock('-7200');
    await sleep(1500);
    await stack.madre.kill();
    stack.madre.start();
    await stack.ready();
    await until('madre logs a time two hours back', () =>
      stack.madre
        .log()
        .split('\n')
        .some((line) => {
          const logged = /"time":(\d+)/.exec(line)?.[1];
          return logged !== undefined && Date.now() - Number(logged) > 7_000_000;
        }),
    );
    await until('it is down', async () => (await stack.running()).length === 0);
    const late = Date.now() - Date.parse(body.expires_at);
    figure('overrun with the clock set back and madre killed', late);
    expect(Math.abs(late)).toBeLessThan(5000);
    await setClock('+0');
    await endAndExpectRest(stack);
  });
});
