import { describe, inject } from 'vitest';
import { socketPath } from './fixture.ts';

/** Where a test's sandboxes stand: what `setStage` takes of it, and what the tests expect otherwise. */
export interface Ground {
  deps: { socketPath: string; runtime: string | null };
  ownKernel: boolean;
}

/** The same tests on the host's kernel and, where a runtime for it was found, in a kernel of each sandbox's own. */
export function onEachGround(tests: (ground: Ground) => void): void {
  describe('on the kernel of the host', () => {
    tests({ deps: { socketPath, runtime: null }, ownKernel: false });
  });
  const offer = inject('ownKernel');
  describe.skipIf(offer === null)('in a kernel of its own', () => {
    tests({ deps: offer ?? { socketPath, runtime: null }, ownKernel: true });
  });
}
