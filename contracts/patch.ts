import { z } from 'zod';
import { patchOperations } from './patch-operation.ts';
import { hostName, instant, jsonValue } from './text.ts';

export const patchId = z
  .string()
  .max(64)
  .regex(/^patch-[0-9a-f]{8,}$/, 'must be a patch id');

export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** One file of a patch, without its content. */
export const patchFile = z.strictObject({
  path: z.string().min(1).max(1000),
  before_sha256: sha256Hex.nullable().meta({ description: 'Null if the patch creates the file' }),
  after_sha256: sha256Hex.nullable().meta({ description: 'Null if the patch removes the file' }),
});
export type PatchFile = z.infer<typeof patchFile>;

/**
 * `applied`: written, and not judged yet. `taking_back`: it did not hold, and from here on it is only taken back.
 * `stale`: a file changed after it was proposed, so nothing was written. `conflict`: it could not be taken back whole, and
 * `detail` says why and what stands.
 */
export const patchStatus = z.enum([
  'proposed',
  'applied',
  'taking_back',
  'kept',
  'rolled_back',
  'stale',
  'conflict',
  'dropped',
]);
export type PatchStatus = z.infer<typeof patchStatus>;

/** What a patch touches that asks for more care: its plan is HIGH. */
export const patchTouches = z.enum([
  'mounts',
  'ports',
  'networks',
  'privilege',
  'removal',
  'image_tags',
]);
export type PatchTouches = z.infer<typeof patchTouches>;

/** One stage of the proof that a patch does what it says, before anybody is asked. */
export const patchTest = z.strictObject({
  stage: z.enum(['operations', 'parse', 'config', 'policy', 'surroundings', 'shadow']),
  ok: z.boolean(),
  detail: z.string().max(2000),
});
export type PatchTest = z.infer<typeof patchTest>;

/** A part of what `docker compose config` prints that becomes another one; null where there is none. */
export const configChange = z.strictObject({
  path: z.array(z.string()),
  before: jsonValue,
  after: jsonValue,
});
export type ConfigChange = z.infer<typeof configChange>;

/** A container as it was before a patch. */
const patchedContainer = z.strictObject({
  service: z.string(),
  id: z.string(),
  image: z.string(),
  reference: z.string(),
  healthy: z.boolean(),
  definition: z
    .string()
    .nullable()
    .optional()
    .meta({ description: "Compose's hash of what it was made from" }),
  as_declared: z.boolean().optional().meta({ description: 'Whether that is what the files say' }),
});
export type PatchedContainer = z.infer<typeof patchedContainer>;

/** The image that a service ran before a patch. `was` is what the reference named before this was applied. */
const backupImage = z.strictObject({
  service: z.string(),
  reference: z.string(),
  image: z.string(),
  was: z.string().nullable().optional(),
});
export type BackupImage = z.infer<typeof backupImage>;

/** A patch of typed operations: what it does, and what became of it. */
export const patchChange = z.strictObject({
  module: z.string(),
  reason: z.string().max(500),
  severity: z.enum(['low', 'normal', 'high', 'critical']),
  /** Whether the live thing becomes as declared, or the file as the live thing is. */
  direction: z.enum(['restore', 'adopt']),
  operations: patchOperations,
  config_diff: z.array(configChange).max(100),
  patch_hash: sha256Hex.meta({ description: 'Of operations, base files and config_diff' }),
  acts: z.array(z.string().max(300)).max(20).meta({ description: 'Each operation, in words' }),
  services: z.array(z.string()).max(50),
  touches: z.array(patchTouches),
  watch_seconds: z.int().min(0).max(600),
  findings: z.array(z.strictObject({ kind: z.string(), path: z.string() })).max(20),
  /** What stays, and why. */
  left: z.array(z.strictObject({ kind: z.string(), path: z.string(), because: z.string() })),
  /** What a rollback cannot bring back. */
  loses: z.array(z.string()),
  tests: z.array(patchTest),
  expires_at: instant,
  before: z.array(patchedContainer).nullable().meta({ description: 'Null before it is applied' }),
  commit: z.string().nullable().meta({ description: 'Its commit, in a git work tree' }),
  images: z.array(backupImage).max(50).optional().meta({
    description: 'What its services run afterwards; only of a patch that takes another back',
  }),
  watched: z.array(z.string()).optional().meta({ description: 'The services that were watched' }),
});
export type PatchChange = z.infer<typeof patchChange>;

export const patchView = z.strictObject({
  patch_id: patchId,
  repair_id: z.string().nullable(),
  plan_id: z.string().nullable(),
  reverts: patchId.optional().meta({ description: 'The patch that it takes back' }),
  host: hostName,
  cause: z.string(),
  status: patchStatus,
  detail: z.string().nullable(),
  diff: z.string(),
  diff_sha256: sha256Hex,
  files: z.array(patchFile),
  created_at: instant,
  applied_at: instant.nullable(),
  ended_at: instant.nullable(),
  change: patchChange.optional().meta({ description: 'Only of a patch of operations' }),
});
export type PatchView = z.infer<typeof patchView>;

export const patchListAnswer = z.strictObject({
  patches: z.array(patchView),
  next_cursor: z.string().nullable(),
});
