import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../store/index.ts';
import { adminToken, beat, seedStack, startGateway, view, type Gateway } from '../fixture.ts';

const headers = { 'x-vx11-token': adminToken };

async function storeStatus({ inject }: Gateway) {
  const answer = await inject({ url: '/operator/status', headers });
  expect(answer.statusCode, answer.body).toBe(200);
  const { status, components } = answer.json<{
    status: string;
    components: Record<string, { status: string; reason?: string }>;
  }>();
  return { overall: status, ...components['store'] };
}

/** Overwrites one page of a table in the database file. */
function damage(file: string, table: string): void {
  const db = new DatabaseSync(file);
  db.exec('pragma wal_checkpoint(truncate)');
  const { rootpage } = db
    .prepare('select rootpage from sqlite_master where name = ?')
    .get(table) as { rootpage: number };
  const { page_size } = db.prepare('pragma page_size').get() as { page_size: number };
  db.close();
  const opened = openSync(file, 'r+');
  writeSync(opened, Buffer.alloc(page_size, 0xff), 0, page_size, (rootpage - 1) * page_size);
  closeSync(opened);
}

test('the status and the log report an overwritten page of a table, and calls end soon', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.close());
  await seedStack(gateway.store);
  await gateway.store.windows.request(view(), []);
  expect(await storeStatus(gateway)).toMatchObject({ status: 'ok' });
  damage(gateway.storeFile, 'windows');
  await beat(gateway.store); // any commit of another process makes every reader reload
  const answer = await gateway.inject({ url: '/vx11/windows?limit=10', headers });
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ error: 'store_unavailable' });
  expect(answer.json().detail).toContain('malformed');
  expect(gateway.log.join('')).toContain('malformed');
  expect(await storeStatus(gateway)).toMatchObject({
    overall: expect.not.stringMatching('ok'),
    status: 'down',
    reason: expect.stringMatching(/damaged \(.*malformed.*\): stop VX11 and restore a backup/),
  });
});

test('damage is found even if no query has met it', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.close());
  damage(gateway.storeFile, 'llm_calls');
  expect(await storeStatus(gateway)).toMatchObject({ status: 'down' });
});

test('the gateway also reports a fault that madre met', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.close());
  const store_fault = { kind: 'unwritable', reason: 'it cannot be written, its disk is full' };
  await gateway.store.presence.beat({
    process: 'madre',
    host: 'box',
    at: Date.now(),
    detail: { store_fault },
  });
  expect(await storeStatus(gateway)).toMatchObject({
    status: 'degraded',
    reason: store_fault.reason,
  });
});

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
test.runIf(isRoot)(
  'on a full disk the status says that nothing can be written, and reads still work',
  async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'vx11-full-'));
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
    if (mount.status !== 0) {
      rmSync(folder, { recursive: true });
      context.skip(mount.stderr.toString());
    }
    const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
    const gateway = await startGateway({ deps: { store: () => store } });
    onTestFinished(async () => {
      await gateway.close();
      await store.close();
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    });
    await seedStack(store);
    expect(await storeStatus(gateway)).toMatchObject({ status: 'ok' });
    const ballast = join(folder, 'ballast');
    try {
      writeFileSync(ballast, Buffer.alloc(2 ** 22));
    } catch {
      // until no byte is free
    }
    expect(await storeStatus(gateway)).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining('it cannot be written, its disk is full'),
    });
    const payload = { text: 'x'.repeat(50_000) };
    const event = { type: 'process.started', at: 1, actor: 'a', payload } as const;
    await expect(store.events.append([event])).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('its disk is full'),
    });
    expect((await gateway.inject({ url: '/vx11/status', headers })).statusCode).toBe(200);
    rmSync(ballast);
    await store.events.append([event]);
    expect(await storeStatus(gateway)).toMatchObject({ status: 'ok' });
  },
);
