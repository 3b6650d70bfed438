import type { Measure } from '../measure.ts';
import { autonomy } from './autonomy.ts';
import { chat } from './chat.ts';
import { close } from './close.ts';
import { footprint } from './footprint.ts';
import { memory } from './memory.ts';
import { openHealthy } from './open-healthy.ts';
import { openTen } from './open-ten.ts';
import { open } from './open.ts';
import { overrun } from './overrun.ts';
import { postgres } from './postgres.ts';
import { reads } from './reads.ts';
import { rest } from './rest.ts';
import { sandbox } from './sandbox.ts';
import { spawn, spawnCrowd, spawnRow } from './spawn.ts';
import { start } from './start.ts';

/** The measures in the order in which they run: those at rest first, those that leave many workflows in Temporal last. */
export const measures: Measure[] = [
  rest,
  autonomy,
  start,
  sandbox,
  spawn,
  spawnCrowd,
  open,
  close,
  openHealthy,
  openTen,
  reads,
  chat,
  overrun,
  postgres,
  spawnRow,
  memory,
  footprint,
];
