import { z } from 'zod';
import { healthState } from './service.ts';
import { correlationId, hostName, instant, reasonText, serviceName, windowId } from './text.ts';
import {
  receipt,
  serviceFailure,
  ttlSeconds,
  windowMode,
  windowState,
  windowView,
} from './window.ts';

export const operatorOpenBody = z
  .strictObject({
    services: z
      .array(serviceName)
      .min(1)
      .max(10)
      .refine((names) => new Set(names).size === names.length, 'names a service twice'),
    ttl_sec: ttlSeconds.optional().meta({ description: "Default: the services' default TTL" }),
    mode: windowMode.optional().meta({ description: 'Default: ttl. hold needs an admin token' }),
    reason: reasonText.optional(),
    when_full: z.enum(['queue', 'refuse']).optional().meta({ description: 'Default: refuse' }),
    wait_seconds: z.int().min(0).max(60).optional(),
    host: hostName.optional(),
  })
  .refine((body) => body.mode !== 'hold' || body.ttl_sec === undefined, {
    message: 'a hold window has no ttl_sec',
    path: ['ttl_sec'],
  });

export const operatorOpenAnswer = z.strictObject({
  window_id: windowId,
  created_at: instant,
  deadline: instant.nullable(),
  services_started: z.array(z.string()),
  services_failed: z.array(serviceFailure),
  state: windowState,
  ttl_remaining_sec: z.number().nullable(),
  waiting_for: z.string().nullable(),
  correlation_id: correlationId,
});

export const operatorCloseBody = z.strictObject({ window_id: windowId.optional() });

export const operatorCloseAnswer = z.strictObject({
  window_id: windowId,
  closed_at: instant.nullable(),
  services_stopped: z.array(z.string()),
  state: z
    .enum(['closed', 'closing'])
    .meta({ description: 'closing: its services still stop, and the receipt follows' }),
  receipt: receipt.nullable(),
  correlation_id: correlationId,
});

export const operatorWindowsAnswer = z.strictObject({
  windows: z.array(
    z.strictObject({ ...windowView.shape, ttl_remaining_sec: z.number().nullable() }),
  ),
});

/** `full`: every window-tier service runs. */
export const powerMode = z.enum(['solo_madre', 'windowed', 'full']);
export type PowerMode = z.infer<typeof powerMode>;

export const powerStateAnswer = z.strictObject({
  policy: powerMode,
  active_windows: z.array(windowView),
  running_services: z.array(z.string()),
  available_services: z.array(z.string()),
});

export const soloMadreStatusAnswer = z.strictObject({
  policy_active: z.boolean(),
  running_services: z.array(z.string()),
  expected_services: z.array(z.string()),
});

export const soloMadreApplyAnswer = z.strictObject({
  status: z.literal('ok'),
  policy: z.literal('solo_madre'),
  windows_closed: z.array(windowId).meta({ description: 'Those that have ended' }),
  windows_closing: z.array(windowId).meta({ description: 'Those whose receipt follows' }),
  strays_ended: z.array(z.string()),
  receipts: z.array(receipt),
  correlation_id: correlationId,
});

export const serviceActionAnswer = z.strictObject({
  status: z.literal('ok'),
  service: z.string(),
  action: z.enum(['start', 'stop', 'restart']),
  window_id: windowId.nullable(),
  state: z.string(),
  released: z
    .array(
      z.strictObject({ window_id: windowId, owner: z.string(), reason: z.string().nullable() }),
    )
    .meta({ description: 'For stop: the windows from which the service was removed' }),
  correlation_id: correlationId,
});

export const componentStatus = z.strictObject({
  status: healthState,
  reason: z.string().optional(),
  latency_ms: z.number().optional(),
});

/** A process as it reports itself; the password in a database URL is replaced by `***`. */
const runningProcess = z.strictObject({
  process: z.enum(['madre', 'power']),
  host: z.string(),
  version: z.string().nullable(),
  uses: z.strictObject({
    home: z.string().nullable(),
    compose_file: z.string().nullable(),
    compose_bin: z.string().nullable(),
    docker_socket: z.string().nullable(),
    store_url: z.string().nullable(),
    temporal_address: z.string().nullable(),
    guard: z.string().nullable(),
    pid: z.number().nullable(),
  }),
});

export const operatorStatusAnswer = z.strictObject({
  status: z.enum(['ok', 'degraded', 'offline']),
  components: z.record(z.string(), componentStatus),
  processes: z
    .array(runningProcess)
    .meta({ description: 'The processes that serve each host, and their settings' }),
  windows: z
    .strictObject({ policy: powerMode.nullable(), active_count: z.number().nullable() })
    .meta({ description: 'null while the store is unavailable' }),
  timestamp: instant,
});

export const capabilitiesAnswer = z.strictObject({
  ok: z.literal(true),
  data: z.strictObject({
    correlation_id: correlationId,
    operational_mode: powerMode,
    dormant_services: z
      .array(z.string())
      .meta({ description: 'Roles in a compose file that no window holds up now' }),
  }),
  features: z
    .record(z.string(), z.boolean())
    .meta({ description: 'Parts of the API: true if this version has it' }),
  roles: z.array(
    z.strictObject({
      name: z.string(),
      available: z.boolean().meta({ description: 'This version of it does work' }),
    }),
  ),
  timestamp: instant,
});
