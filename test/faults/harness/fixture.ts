import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack, type StackOptions, type TestStack } from '../../stack/stack.ts';
import { startTemporal, type TestTemporal } from '../../stack/temporal.ts';

/** A stack with its own Temporal, which a test can kill, too. */
export interface Fixture extends TestStack {
  temporal: TestTemporal;
}

export async function startFixture(
  options: Omit<StackOptions, 'temporalAddress'>,
): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-fault-temporal-'));
  const temporal = await startTemporal({ folder });
  const end = async (): Promise<void> => {
    await temporal.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const stack = await startStack({ ...options, temporalAddress: temporal.address });
    const destroy = async (): Promise<void> => {
      try {
        await stack.destroy();
      } finally {
        await end(); // also if the stack cannot be destroyed
      }
    };
    return { ...stack, temporal, destroy };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The last warnings and errors of a log. */
export const troubles = (log: string): string =>
  log
    .split('\n')
    .filter((line) => !line.startsWith('{"level":30') && !line.includes('not polling for'))
    .slice(-12)
    .map((line) => line.slice(0, 600))
    .join('\n');
