import { join } from 'node:path';
import { testProgram, type TestProgram } from './program.ts';
import type { TestStack } from './stack.ts';

/** Runs manifestator as its container does; the stack's service `manifestator` only stands for its window. */
export function startManifestator({ home, env }: Pick<TestStack, 'home' | 'env'>): TestProgram {
  const args = ['workers/main.ts', 'manifestator'];
  const program = testProgram(process.execPath, args, env, join(home, 'manifestator.log'));
  program.start();
  return program;
}
