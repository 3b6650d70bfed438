import { engineAt } from '../engine.ts';
import { bridgeAddress } from '../temporal/networks.ts';
import type { Errand } from './errand.ts';

/** Asks the Engine for the host's address on its default bridge. */
export const bridge: Errand<'bridge'> = ({ dockerSocket }) => bridgeAddress(engineAt(dockerSocket));
