import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identify } from '../../../../platform/process-identity.ts';
import { ownMemory } from '../../../../workers/madre/presence/own-memory.ts';
import { temporaryHome } from '../../../cli/up/temporary-home.ts';

test('sums what the processes of a home take, leaves out those that are gone, and measures seldom', async () => {
  const home = temporaryHome();
  let now = 0;
  const measure = ownMemory(home, () => now);
  expect(await measure()).toBeNull();
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(join(home, 'run/madre.pid'), JSON.stringify(identify(process.pid)));
  writeFileSync(join(home, 'run/gone.pid'), JSON.stringify({ pid: process.pid, started: '1' }));
  writeFileSync(join(home, 'run/other.txt'), 'not one of them');
  expect(await measure()).toBeNull();
  now = 30_001;
  const bytes = (await measure())!;
  expect(bytes).toBeGreaterThan(20e6);
  expect(bytes).toBeLessThan(process.memoryUsage.rss() * 1.5);
});
