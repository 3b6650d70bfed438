import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** Creates a folder for one test, which is removed after it. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'vx11-test-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Waits until `holds` returns true; throws after `limitMs`. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 5_000) {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Not within ${limitMs} ms: ${holds.toString()}`);
    await sleep(20);
  }
}
