import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../../..');

/** Returns the modules that a process loads to run the stack: our files, packages, and Node's own modules. */
function loaded(): { files: string[]; builtIn: string[] } {
  const code = `
    import { registerHooks } from 'node:module';
    const files = [];
    registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
    await import('./cli/up/compile/supervisor.mjs');
    console.log(JSON.stringify({ files, builtIn: process.moduleLoadList }));
  `;
  const args = ['--input-type=module', '--eval', code];
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: repository, encoding: 'utf8' }),
  ) as never;
}

test('the supervisor loads no package, no contract but the queues, and none of Node’s HTTP modules', () => {
  const { files, builtIn } = loaded();
  const of = (part: string) => files.filter((file) => file.includes(part));
  expect(of('/cli/up/process/child.ts')).toHaveLength(1);
  expect(of('/node_modules/')).toEqual([]);
  const allowed =
    /\/cli\/|\/contracts\/queues\.ts$|\/platform\/(network\/loopback|process-identity|supervisor\/messages)\.ts$|^node:/;
  expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  expect(of('/cli/commands/')).toEqual([]);
  expect(builtIn.filter((name) => /_http_|undici/.test(name))).toEqual([]);
});
