import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** Returns the modules of a package that a process loads when it imports this file. */
async function loadedBy(file: string): Promise<string> {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => { console.log(url); return next(url, context); } });
    await import(${JSON.stringify(join(root, file))});
    process.exit(0);`;
  const args = ['--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    maxBuffer: 1e8,
  });
  return stdout;
}

test('without a model madre loads none of the model’s packages', async () => {
  const loaded = await loadedBy('workers/madre/llm.ts');
  expect(loaded).toContain('activities/providers/language-models.ts');
  expect(loaded).not.toMatch(/node_modules\/(ai|@ai-sdk)\//);
});
