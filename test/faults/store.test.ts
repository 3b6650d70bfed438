import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { figure } from '../stack/figure.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { attempt, downAt, ended, openTarget } from '../stack/calls.ts';

const canMount = process.getuid?.() === 0 && process.platform === 'linux';

describe.skipIf(!canMount)('a store that fails', () => {
  let stack: TestStack;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vx11-store-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: {}, other: {}, third: {} },
      env: { VX11_STORE_URL: `sqlite:${join(folder, 'vx11.db')}` },
    });
  });
  afterAll(async () => {
    await stack?.destroy();
    execFileSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  });

  const filler = (): string => join(folder, 'filler');
  const fill = (): void => {
    const more = (block: number): boolean => {
      try {
        writeFileSync(filler(), Buffer.alloc(block), { flag: 'a' });
        return true;
      } catch {
        return false;
      }
    };
    for (const block of [65_536, 4096]) while (more(block));
    expect(statfsSync(folder).bavail).toBe(0);
  };
  const reads = async (): Promise<void> => {
    for (const path of ['/vx11/status', '/vx11/window/status/web', '/vx11/windows']) {
      expect((await stack.call('GET', path)).status).toBe(200);
    }
  };
  const downInTime = async (names: string[], deadline: number): Promise<void> => {
    await until(
      'all are down',
      async () => !(await stack.running()).some((name) => names.includes(name)),
      20_000,
    );
    const late = Date.now() - deadline;
    expect(late).toBeLessThan(5000);
  };

  test('with a full disk at a deadline, services stop in time, only writes fail, and the receipt follows', async () => {
    const { body: web } = await openTarget(stack, 'web', 4);
    const { body: other } = await openTarget(stack, 'other', 4);
    fill();
    await reads();
    const refused = await attempt(stack, '/vx11/window/open', { target: 'third', ttl_seconds: 5 });
    expect(refused).toMatchObject({ status: 503, body: { error: 'store_unavailable' } });
    await downInTime(['web', 'other'], Date.parse(other.expires_at));
    await reads();
    await sleep(3000);
    rmSync(filler());
    const freed = Date.now();
    for (const { window_id, expires_at } of [web, other]) {
      const view = await ended(stack, window_id);
      expect(view.receipt).toMatchObject({ residue: [] });
      figure('overrun with the disk full', downAt(view) - Date.parse(expires_at));
    }
    figure('receipts after space returned', Date.now() - freed);
    expect((await openTarget(stack, 'third', 20)).body).toMatchObject({ is_open: true });
    await expectPromisesKept(stack);
    await endAndExpectRest(stack);
  });

  test('locked by another process across a deadline, services stop in time, and the receipt follows', async () => {
    const { body: web } = await openTarget(stack, 'web', 4);
    const { body: other } = await openTarget(stack, 'other', 5);
    const strange = new DatabaseSync(join(folder, 'vx11.db'));
    strange.exec('begin immediate');
    const began = Date.now();
    try {
      await reads();
      const pending = attempt(stack, '/vx11/window/open', { target: 'third', ttl_seconds: 5 });
      await downInTime(['web', 'other'], Date.parse(other.expires_at));
      await reads();
      expect(await pending).toMatchObject({ status: 503, body: { error: 'store_unavailable' } });
      await sleep(Math.max(0, began + 10_000 - Date.now()));
    } finally {
      strange.exec('rollback');
      strange.close();
    }
    for (const { window_id, expires_at } of [web, other]) {
      const view = await ended(stack, window_id);
      expect(view.receipt).toMatchObject({ residue: [] });
      const late = downAt(view) - Date.parse(expires_at);
      figure('overrun with the store locked', late);
      expect(late).toBeLessThan(5000);
    }
    await endAndExpectRest(stack);
  });
});
