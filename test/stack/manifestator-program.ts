import { join } from 'node:path';
import { ownAddress, testProgram, type TestProgram } from './program.ts';
import type { TestStack } from './stack.ts';

/** Runs manifestator as its container does; the stack's service `manifestator` only stands for its window. */
export function startManifestator({ home, env }: Pick<TestStack, 'home' | 'env'>): TestProgram {
  const args = ['workers/main.ts', 'manifestator'];
  const settings = { ...env, VX11_BIND: ownAddress() };
  const program = testProgram(process.execPath, args, settings, join(home, 'manifestator.log'));
  program.start();
  return program;
}
