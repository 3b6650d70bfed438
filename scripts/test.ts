/**
 * `npm test`: runs all checks and tests, cheapest first, stops at the first step that fails, and lists what was skipped and
 * what failed. A few files that fail are run once more with nothing beside them, and the list says so.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedFilesIn } from '../test/stack/report/failed-files.ts';

const steps: [string, ...string[]][] = [
  ['npm', 'run', '--silent', 'check:all'],
  ['npm', 'run', '--silent', 'image'],
  ['npm', 'run', '--silent', 'test:real'],
];

/** If more files fail, it is not because the machine was busy. */
const mostAgain = 3;

const folder = mkdtempSync(join(tmpdir(), 'vx11-test-'));
// the runs write here which tests they skipped, and which failed
const summary = join(folder, 'summary.txt');
writeFileSync(summary, '');

function run(command: string, args: readonly string[], failedFiles: string): number {
  const step = [command, ...args].filter((word) => word !== '--silent').join(' ');
  console.log(`\n> ${step}`);
  const env = {
    ...process.env,
    VX11_TEST_SUMMARY: summary,
    VX11_TEST_FAILED_FILES: failedFiles,
  };
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env });
  if (error !== undefined) console.error(error.message);
  if (status === 0) return 0;
  appendFileSync(summary, `${step} failed\n`);
  return status ?? 1;
}

function runAll(): number {
  for (const [index, [command, ...args]] of steps.entries()) {
    const list = join(folder, `failed-${index}.json`);
    const status = run(command, args, list);
    if (status === 0) continue;
    const files = failedFilesIn(list);
    if (files.length === 0 || files.length > mostAgain) return status;
    const again = run(
      'npm',
      ['run', '--silent', 'test:alone', '--', ...files],
      join(folder, 'again.json'),
    );
    if (again !== 0) return again;
    appendFileSync(summary, `passed when run again with nothing beside: ${files.join(', ')}\n`);
  }
  return 0;
}

process.exitCode = runAll();
console.log(readFileSync(summary, 'utf8'));
rmSync(folder, { recursive: true });
