import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ineeRights, rights } from './rights.ts';

/** Fails a complete run of the fast tests if no test reached the handler of some route. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-routes-'));
  const file = join(folder, 'called');
  await writeFile(file, '');
  project.provide('routesCalled', file);
  return async () => {
    const lines = (await readFile(file, 'utf8')).split('\n');
    await rm(folder, { recursive: true });
    if (!(await isWhole(project))) return;
    const called = new Set(
      lines.map((line) => line.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}')),
    );
    const missing = Object.keys({ ...rights, ...ineeRights }).filter((route) => !called.has(route));
    if (missing.length === 0) return;
    throw new Error(`no test of the gateway calls ${missing.join(', ')}: add one beside its route`);
  };
}

/** Whether every test of the gateway ran, rather than a selection of files or names. */
async function isWhole(project: TestProject): Promise<boolean> {
  if (project.vitest.config.testNamePattern !== undefined) return false;
  const ran = new Set(project.vitest.state.getTestModules().map(({ moduleId }) => moduleId));
  const { testFiles } = await project.globTestFiles();
  return testFiles.filter((path) => path.includes('/test/gateway/')).every((path) => ran.has(path));
}
