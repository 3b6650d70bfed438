import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compileServices } from '../../../../cli/up/compile/services.ts';
import { leanNode } from '../../../../cli/up/lean/node.ts';

const repository = join(import.meta.dirname, '../../../..');
const folder = await mkdtemp(join(tmpdir(), 'vx11-compiled-'));
afterAll(() => rm(folder, { recursive: true }));
const env = { ...process.env, NODE_COMPILE_CACHE: folder };

/** Whether a process that loads a module of ours, with the options of one of ours, loads the type stripper. */
function strips(file: string, options: readonly string[] = leanNode.v8): boolean {
  const code = `
    await import('./${file}');
    console.log(process.moduleLoadList.some((name) => name.includes('amaro')));
    process.exit(0);
  `;
  const args = [...options, '--input-type=module', '--eval', code];
  return (
    execFileSync(process.execPath, args, { cwd: repository, env, encoding: 'utf8' }).trim() ===
    'true'
  );
}

test('once compiled, neither the gateway nor what it loads at its first change needs the type stripper', async () => {
  const said: string[] = [];
  const run = () =>
    compileServices(
      { repository, env },
      { say: (line) => said.push(line), signal: new AbortController().signal },
    );
  await run();
  expect(said).toEqual(['Compiling VX11, once for each version']);
  expect(strips('gateway/app.ts', leanNode.gateway)).toBe(false);
  expect(strips('gateway/temporal/client.ts', leanNode.gateway)).toBe(false);
  expect(strips('workers/madre/power-process.ts', leanNode.madre)).toBe(false);
  expect(strips('workers/madre/temporal.ts', leanNode.madre)).toBe(false);
  await run();
  expect(said).toHaveLength(1);

  const stamp = join(
    folder,
    (await readdir(folder)).find((name) => name.startsWith('compiled'))!,
  );
  await writeFile(stamp, 'of an older version');
  await run();
  expect(said).toHaveLength(2);
  expect(await readFile(stamp, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
}, 60_000);

test('a module that is not compiled needs it', () => {
  expect(strips('test/cli/up/compile/uncompiled.ts')).toBe(true);
});
