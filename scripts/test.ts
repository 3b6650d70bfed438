/** `npm test`: runs all checks and tests, cheapest first, stops at the first step that fails, and lists what was skipped. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const steps: [string, ...string[]][] = [
  ['npm', 'run', '--silent', 'check:all'],
  ['npm', 'run', '--silent', 'image'],
  ['npm', 'run', '--silent', 'test:real'],
];

const folder = mkdtempSync(join(tmpdir(), 'vx11-test-'));
// the runs write here which tests they skipped
const skipped = join(folder, 'skipped.txt');
writeFileSync(skipped, '');

function runAll(): number {
  for (const [command, ...args] of steps) {
    console.log(`\n> ${[command, ...args].filter((word) => word !== '--silent').join(' ')}`);
    const env = { ...process.env, VX11_SKIPPED_TESTS: skipped };
    const { status, error } = spawnSync(command, args, { stdio: 'inherit', env });
    if (error !== undefined) console.error(error.message);
    if (status !== 0) return status ?? 1;
  }
  return 0;
}

process.exitCode = runAll();
console.log(readFileSync(skipped, 'utf8'));
rmSync(folder, { recursive: true });
