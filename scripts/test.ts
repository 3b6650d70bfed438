/** `npm test`: runs all checks and tests, cheapest first, stops at the first step that fails, and lists what was skipped and what failed. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const steps: [string, ...string[]][] = [
  ['npm', 'run', '--silent', 'check:all'],
  ['npm', 'run', '--silent', 'image'],
  ['npm', 'run', '--silent', 'test:real'],
];

const folder = mkdtempSync(join(tmpdir(), 'vx11-test-'));
// the runs write here which tests they skipped, and which failed
const summary = join(folder, 'summary.txt');
writeFileSync(summary, '');

function runAll(): number {
  for (const [command, ...args] of steps) {
    const step = [command, ...args].filter((word) => word !== '--silent').join(' ');
    console.log(`\n> ${step}`);
    const env = { ...process.env, VX11_TEST_SUMMARY: summary };
    const { status, error } = spawnSync(command, args, { stdio: 'inherit', env });
    if (error !== undefined) console.error(error.message);
    if (status === 0) continue;
    appendFileSync(summary, `${step} failed\n`);
    return status ?? 1;
  }
  return 0;
}

process.exitCode = runAll();
console.log(readFileSync(summary, 'utf8'));
rmSync(folder, { recursive: true });
