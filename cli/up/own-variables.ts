import { z } from 'zod';
import { optional, port } from '../../contracts/env.ts';
import { parseDuration } from '../duration.ts';

/** In ms; null for `off`. */
const sleepAfter = z
  .string()
  .default('10m')
  .transform((text) => (text === 'off' ? null : (parseDuration(text) ?? 0) * 1000))
  .refine((ms) => ms === null || (ms >= 5_000 && ms <= 86_400_000), {
    error: 'it is off, or a time from 5s to 1d such as 10m',
  });

/** Variables that only the supervisor of `npm start` reads. */
export const ownVariables = {
  /** The port of Temporal's server, on this machine. */
  VX11_TEMPORAL_PORT: port.default(7233),
  /** The port of Temporal's UI. */
  VX11_TEMPORAL_UI_PORT: port.default(8233),
  /** `on` serves Temporal's UI, which needs no token and answers any Host header. */
  VX11_TEMPORAL_UI: z.enum(['on', 'off']).default('off'),
  /** For how long nothing may have needed Temporal before it sleeps, such as `90s` or `1h`; `off`: it never sleeps. */
  VX11_TEMPORAL_SLEEP: sleepAfter,
  /** The port of the Redis server that is started if there is one on this machine. */
  VX11_REDIS_PORT: port.default(6380),
  /** Temporal's server; by default the one that the bootstrap has built, or `temporal` on PATH. */
  VX11_TEMPORAL_BIN: optional,
} as const;
