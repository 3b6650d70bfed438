import { z } from 'zod';
import { powerMode } from './operator.ts';
import { serviceStatus } from './service.ts';
import { hostName, instant } from './text.ts';
import { windowView } from './window.ts';

export const healthAnswer = z.strictObject({
  status: z.literal('ok'),
  module: z.string(),
  version: z.string(),
});

/** The part of a host's budget that is taken, in bytes or CPUs. */
const share = z.strictObject({
  reserved: z.number(),
  seen: z.number().nullable().meta({ description: 'In use on the Engine; null if unknown' }),
  limit: z.number().nullable().meta({ description: 'null: no limit' }),
});

/** What the windows of a host take of its budget, as the admission of a new window counts it. */
export const hostBudget = z.strictObject({
  host: hostName,
  memory_bytes: share,
  cpus: share,
  gpus: z.strictObject({ reserved: z.number(), limit: z.number().nullable() }),
});
export type HostBudget = z.infer<typeof hostBudget>;

export const statusAnswer = z.strictObject({
  mode: powerMode,
  policy: z.literal('SOLO_MADRE'),
  madre_available: z.boolean(),
  services: z.array(serviceStatus),
  windows: z.array(windowView),
  budgets: z.array(hostBudget),
  memory: z.strictObject({
    vx11_bytes: z.number().nullable().meta({
      description:
        'What VX11 takes on the host of madre: its processes and containers, the guard too; null if unknown',
    }),
    asleep_services: z.number(),
    asleep_bytes: z.number().meta({
      description: 'What the services that are asleep took when they were last measured',
    }),
  }),
  as_of: z.number().meta({ description: 'All events up to this number are part of this answer' }),
  timestamp: instant,
});
