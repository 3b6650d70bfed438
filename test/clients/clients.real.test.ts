import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { hasPython, hasTypeScript, python, typeScript } from './generators.ts';

if (!hasTypeScript) console.log('the TypeScript client is skipped: its generator is not installed');
if (!hasPython) console.log('the Python client is skipped: its generator is not installed');

const run = promisify(execFile);
const { dirname } = import.meta;

describe.skipIf(!hasTypeScript && !hasPython)(
  'a client generated from the OpenAPI document',
  () => {
    let stack: TestStack;
    let folder: string;
    const at = (name: string): string => join(folder, name);
    beforeAll(async () => {
      stack = await startStack({
        temporalAddress: inject('temporalAddress'),
        services: { web: {} },
      });
      folder = await mkdtemp(join(tmpdir(), 'vx11-clients-'));
      const { body } = await stack.call('GET', '/openapi.json');
      await writeFile(at('openapi.json'), JSON.stringify(body));
    });
    afterAll(async () => {
      await stack?.destroy();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    });
    const printed = 'the generated client made all calls\n';

    const limit = { timeout: 120_000 };
    test.skipIf(!hasTypeScript)(
      'in TypeScript compiles, and opens, reads and closes a window',
      limit,
      async () => {
        await run(process.execPath, [typeScript.generator, 'openapi.json', '-o', 'schema.d.ts'], {
          cwd: folder,
        });
        await symlink(typeScript.modules, at('node_modules'));
        await symlink(join(dirname, '../../node_modules/@types'), at('types'));
        await copyFile(join(dirname, 'smoke.ts.template'), at('smoke.ts'));
        await writeFile(at('package.json'), '{"type":"module"}');
        const options = {
          compilerOptions: {
            strict: true,
            noEmit: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            module: 'nodenext',
            target: 'es2024',
            allowImportingTsExtensions: true,
            typeRoots: ['./types'],
            types: ['node'],
          },
          include: ['smoke.ts', 'schema.d.ts'],
        };
        await writeFile(at('tsconfig.json'), JSON.stringify(options));
        await run(process.execPath, [typeScript.compiler, '-p', '.'], { cwd: folder }).catch(
          (error: unknown) => {
            throw new Error(`it does not compile: ${(error as { stdout: string }).stdout}`);
          },
        );
        const { stdout } = await run(process.execPath, ['smoke.ts', stack.url, stack.token], {
          cwd: folder,
        });
        expect(stdout).toBe(printed);
      },
    );

    test.skipIf(!hasPython)('in Python opens, reads and closes a window', limit, async () => {
      const env = { ...process.env, PATH: `${python.bin}${delimiter}${process.env.PATH}` };
      const args = [
        'generate',
        '--path',
        'openapi.json',
        '--output-path',
        'vx11',
        '--meta',
        'none',
      ];
      const generated = await run(python.generator, args, { cwd: folder, env });
      const warnings = generated.stdout + generated.stderr;
      // the generator supports neither JSON Lines nor bodies of plain bytes, and leaves operations of patches untyped
      const left = [...warnings.matchAll(/^WARNING parsing (.*) within/gm)].map(([, what]) => what);
      expect(left).toEqual(['PUT /vx11/audio/files/{path}', 'GET /vx11/audit/export']);
      const unread = [...warnings.matchAll(/Unable to process schema (\S+):/g)].map(
        ([, of]) => of!,
      );
      expect(unread.filter((of) => !of.includes('/PatchOperation'))).toEqual([]);
      await copyFile(join(dirname, 'smoke.py'), at('smoke.py'));
      const { stdout } = await run(python.interpreter, ['smoke.py', stack.url, stack.token], {
        cwd: folder,
      });
      expect(stdout).toBe(printed);
    });
  },
);
