import { describe, inject } from 'vitest';
import { socketPath } from './fixture.ts';

/** The kernel of a test's sandboxes: the settings for `startFixture`, and what the tests expect differently. */
export interface Kernel {
  deps: { socketPath: string; runtime: string | null };
  ownKernel: boolean;
}

/** Runs the same tests on the host's kernel and, if gVisor was found, with a kernel of each sandbox's own. */
export function onEachKernel(tests: (kernel: Kernel) => void): void {
  describe('on the host kernel', () => {
    tests({ deps: { socketPath, runtime: null }, ownKernel: false });
  });
  const offer = inject('ownKernel');
  describe.skipIf(offer === null)('in a kernel of its own', () => {
    tests({ deps: offer ?? { socketPath, runtime: null }, ownKernel: true });
  });
}
