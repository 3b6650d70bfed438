/** `npm test`: runs all checks and tests, cheapest first, and stops at the first step that fails. */
import { spawnSync } from 'node:child_process';

const steps: [string, ...string[]][] = [
  ['npm', 'run', '--silent', 'check:all'],
  ['npm', 'run', '--silent', 'image'],
  ['npm', 'run', '--silent', 'test:real'],
];

for (const [command, ...args] of steps) {
  console.log(`\n> ${[command, ...args].filter((word) => word !== '--silent').join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error !== undefined) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}
