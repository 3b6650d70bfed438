import { z } from 'zod';
import { powerMode } from './operator.ts';
import { serviceStatus } from './service.ts';
import { instant } from './text.ts';
import { windowView } from './window.ts';

export const healthAnswer = z.strictObject({
  status: z.literal('ok'),
  module: z.string(),
  version: z.string(),
});

export const statusAnswer = z.strictObject({
  mode: powerMode,
  policy: z.literal('SOLO_MADRE'),
  madre_available: z.boolean(),
  services: z.array(serviceStatus),
  windows: z.array(windowView),
  timestamp: instant,
});
