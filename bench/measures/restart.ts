import type { TestStack } from '../../test/stack/stack.ts';

/** Restarts gateway and madre: only the first start of a version compiles and bundles. */
export async function restart(stack: TestStack): Promise<void> {
  await Promise.all([stack.gateway.stop(), stack.madre.stop()]);
  stack.madre.start();
  stack.gateway.start();
  await stack.ready();
}
