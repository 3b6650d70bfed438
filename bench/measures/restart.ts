import type { TestStack } from '../../test/stack/stack.ts';

/** Starts gateway and madre anew: the first start of a version also compiles and bundles, all later ones do not. */
export async function restart(stack: TestStack): Promise<void> {
  await Promise.all([stack.gateway.stop(), stack.madre.stop()]);
  stack.madre.start();
  stack.gateway.start();
  await stack.ready();
}
