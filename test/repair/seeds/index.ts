import { composeSeeds } from './compose.ts';
import { fileSeeds } from './files.ts';
import { lifecycleSeeds } from './lifecycle.ts';
import { networkSeeds } from './network.ts';
import type { Seed } from './seed.ts';
import { settingSeeds } from './settings.ts';
import { stopSeeds } from './stops.ts';
import { unmendableSeeds } from './unmendable.ts';

export type { Seed } from './seed.ts';

/** Every faulty stack. */
export const seeds: readonly Seed[] = [
  ...networkSeeds,
  ...settingSeeds,
  ...lifecycleSeeds,
  ...stopSeeds,
  ...fileSeeds,
  ...composeSeeds,
  ...unmendableSeeds,
];
