import { z } from 'zod';
import { sha256Hex } from './patch.ts';
import { hostName, instant, serviceName } from './text.ts';

/** What differs; docs/drift.md says for each what it is read from, and what is done about it. */
export const driftKind = z.enum([
  'service_missing',
  'replica_missing',
  'replica_extra',
  'orphan_container',
  'run_leftover',
  'rogue_twin',
  'definition_changed',
  'definition_respelled',
  'files_differ',
  'override_appeared',
  'override_gone',
  'variable_unset',
  'image_moved',
  'image_gone',
  'image_update',
  'image_vulnerable',
  'env_changed',
  'command_changed',
  'user_changed',
  'labels_changed',
  'mounts_changed',
  'bind_source_missing',
  'bind_source_became_dir',
  'bind_file_stale',
  'bind_content_changed',
  'secret_content',
  'config_content',
  'network_missing',
  'network_extra',
  'alias_lost',
  'network_definition',
  'network_gone',
  'namespace_parent_gone',
  'volume_definition',
  'volume_foreign',
  'orphan_volume',
  'orphan_network',
  'anonymous_dangling',
  'limits_changed',
  'restart_policy',
  'ports_changed',
  'port_exposed',
  'privilege_gained',
  'healthcheck_changed',
  'rootfs_changed',
  'file_permission',
  'clock_or_zone',
  'host_changed',
  'policy_changed',
  'unreadable',
]);
export type DriftKind = z.infer<typeof driftKind>;

/**
 * `drift`: somebody has to decide. `pending`: the next opening makes it right by itself. `ignored`: `x-vx11.drift.ignore` of the
 * compose file says so.
 */
export const driftState = z.enum(['drift', 'pending', 'info', 'ignored']);
export type DriftState = z.infer<typeof driftState>;

export const driftSeverity = z.enum(['info', 'warn', 'high', 'critical']);
export type DriftSeverity = z.infer<typeof driftSeverity>;

export const driftType = z.enum(['missing', 'modified', 'extra', 'permission', 'error']);
export type DriftType = z.infer<typeof driftType>;

const shown = z.string().max(1000).nullable();

/** A difference as it is judged, before it is known whether it is new. Values of variables are no text, but a keyed hash. */
export const judgedFinding = z.strictObject({
  kind: driftKind,
  type: driftType,
  service: serviceName.nullable(),
  path: z.string().max(1000),
  expected: shown,
  actual: shown,
  severity: driftSeverity,
  state: driftState,
  description: z.string().max(1000),
  evidence: z.record(z.string(), z.string().max(1000)),
  patchable: z.boolean(),
});
export type JudgedFinding = z.infer<typeof judgedFinding>;

export const driftFinding = judgedFinding.extend({
  host: hostName,
  module: z.string(),
  fingerprint: sha256Hex,
  found_at: instant,
  seen_at: instant,
});
export type DriftFinding = z.infer<typeof driftFinding>;

export const driftAuditId = z
  .string()
  .max(64)
  .regex(/^audit-[\da-f]{8,}$/, 'must be the id of an audit');

const counts = z.strictObject({
  drift: z.int(),
  pending: z.int(),
  info: z.int(),
  ignored: z.int(),
});

/** One comparison of a host's stack with what was declared. */
export const driftAudit = z.strictObject({
  audit_id: driftAuditId,
  host: hostName,
  owner: z.string(),
  correlation_id: z.string(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  cause: z.string().nullable(),
  detail: z.string().nullable().meta({ description: 'What failed, and what to do' }),
  modules: z.array(serviceName).nullable().meta({ description: 'Null: the whole stack' }),
  include_tests: z.boolean(),
  created_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  services: z.int(),
  containers: z.int(),
  found: counts,
  fresh: z.int(),
  cleared: z.int(),
  read_ms: z.number().nullable(),
});
export type DriftAudit = z.infer<typeof driftAudit>;

export const driftAuditBody = z.strictObject({
  host: hostName.optional().meta({ description: 'Default: a host on which manifestator is awake' }),
  modules: z.array(serviceName).min(1).max(200).optional().meta({
    description: 'Only these services',
  }),
  include_tests: z.boolean().optional(),
});
export type DriftAuditBody = z.infer<typeof driftAuditBody>;

/** The answer to a request for an audit. While policy keeps manifestator asleep there is none, and a hint. */
export const driftAuditAnswer = z.strictObject({
  status: z.enum(['DONE', 'QUEUED', 'FAILED', 'ERROR']).meta({
    description: 'QUEUED: it goes on. FAILED: the items are those of the audit before',
  }),
  timestamp: instant,
  drift_items: z.int(),
  items: z.array(driftFinding),
  audit: driftAudit.nullable(),
  error: z.literal('off_by_policy').nullable(),
  hint: z.string().nullable(),
});
export type DriftAuditAnswer = z.infer<typeof driftAuditAnswer>;

export const driftListAnswer = z.strictObject({
  timestamp: instant,
  drift_items: z.int().meta({ description: 'Items whose state is drift' }),
  items: z.array(driftFinding),
  audits: z.array(driftAudit).meta({ description: 'The newest of each host' }),
});
export type DriftListAnswer = z.infer<typeof driftListAnswer>;

/** Findings that are not to count as drift, with a reason, until a day. */
export const ignoreRule = z.strictObject({
  kind: driftKind,
  /** With `*` for anything; by default every path. */
  path: z.string().min(1).max(1000).optional(),
  reason: z.string().min(1).max(500),
  /** A day; the rule ends with it, at most 90 days ahead. */
  until: z.iso.date(),
});
export type IgnoreRule = z.infer<typeof ignoreRule>;

/** `x-vx11.drift` of a compose file. */
export const driftExtension = z.strictObject({
  /** How long what a patch changed has to stay healthy; at least its start period and two of its health checks. */
  watch_seconds: z.int().min(0).max(600).default(30),
  /** Patches are committed where the folder is in a git work tree; changes that are not committed refuse them. */
  git: z.enum(['strict', 'commit_first', 'off']).default('strict'),
  /** Reports of Trivy or Grype in JSON, relative to the folder of the stack. */
  scans: z.array(z.string().min(1).max(500)).max(20).default([]),
  ignore: z.array(ignoreRule).max(100).default([]),
});
