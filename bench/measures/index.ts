import type { Measure } from '../measure.ts';
import { audio } from './audio/audio.ts';
import { autonomy } from './autonomy.ts';
import { chat } from './chat.ts';
import { checks } from './checks.ts';
import { close } from './close.ts';
import { asleep } from './footprint/asleep.ts';
import { footprint } from './footprint/footprint.ts';
import { ants } from './incidents/ants.ts';
import { incidents } from './incidents/incidents.ts';
import { mcp } from './mcp/mcp.ts';
import { front } from './front/front.ts';
import { memory } from './memory.ts';
import { openHealthy } from './open-healthy.ts';
import { openTen } from './open-ten.ts';
import { models } from './models/models.ts';
import { open } from './open.ts';
import { overrun } from './overrun.ts';
import { postgres } from './postgres.ts';
import { audits } from './drift/audits.ts';
import { drift } from './drift/drift.ts';
import { programs } from './programs/programs.ts';
import { reads } from './reads/reads.ts';
import { repair } from './repair/repair.ts';
import { rest } from './rest.ts';
import { localModel } from './routing/local-model.ts';
import { routing } from './routing/routing.ts';
import { sandbox } from './sandbox.ts';
import { task, taskCrowd, taskRow } from './task.ts';
import { start } from './start.ts';
import { ui } from './ui.ts';
import { wake } from './wake/wake.ts';

/** The measures in the order in which they run: those at rest first, those that leave many workflows in Temporal last. */
export const measures: Measure[] = [
  rest,
  ants,
  autonomy,
  start,
  sandbox,
  task,
  taskCrowd,
  open,
  close,
  openHealthy,
  openTen,
  checks,
  repair,
  drift,
  audits,
  incidents,
  programs,
  models,
  routing,
  localModel,
  audio,
  front,
  reads,
  wake,
  chat,
  mcp,
  ui,
  overrun,
  postgres,
  taskRow,
  memory,
  asleep,
  footprint,
];
