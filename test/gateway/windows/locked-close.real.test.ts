import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../../stack/stack.ts';

/** Another program that holds the write lock of the database for this long. */
async function holdLock(file: string, ms: number): Promise<void> {
  const code = `
    const { DatabaseSync } = require('node:sqlite');
    const { parentPort, workerData } = require('node:worker_threads');
    const db = new DatabaseSync(workerData.file);
    db.exec('pragma busy_timeout = 10000; begin immediate');
    parentPort.postMessage('held');
    setTimeout(() => { db.exec('commit'); db.close(); }, workerData.ms);
  `;
  const worker = new Worker(code, { eval: true, workerData: { file, ms } });
  const gone = once(worker, 'exit');
  await once(worker, 'message');
  locks.push(gone);
}
const locks: Promise<unknown>[] = [];

describe('a close while another program holds a write lock on the database', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({ temporalAddress: inject('temporalAddress'), services: { web: {} } });
  });
  afterAll(async () => {
    await Promise.all(locks);
    await stack?.destroy();
  });

  test('leaves the window open if it reports that nothing happened', async () => {
    const ttl = { target: 'web', ttl_seconds: 600, wait_seconds: 30 };
    const opened = await stack.call('POST', '/vx11/window/open', ttl);
    expect(opened.body).toMatchObject({ is_open: true });
    await holdLock(join(stack.home, 'vx11.db'), 20_000);
    const { status, body, headers } = await stack.call('POST', '/vx11/window/close', {
      target: 'web',
    });
    await Promise.all(locks);
    await sleep(3000);
    const { body: view } = await stack.call('GET', `/vx11/windows/${opened.body.window_id}`);
    const claims = JSON.stringify(body);
    if (status === 200) expect(view.state).toBe('closed');
    else {
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    if (/nothing was started|did not receive the request/.test(claims))
      expect(view.state).toBe('open');
    else expect(status === 200 || /may still be carried out|store/i.test(claims)).toBe(true);
    const again = await stack.call('POST', '/vx11/window/close', { target: 'web' });
    expect([again.status, await stack.running()]).toEqual([200, []]);
  });
});
