import { z } from 'zod';
import { hostName, instant } from './text.ts';

/** What a program is for. */
export const programCategory = z.enum([
  'containers',
  'cloud',
  'infrastructure',
  'version-control',
  'packages',
  'ai',
  'utilities',
  'languages',
  'data',
  'monitoring',
]);
export type ProgramCategory = z.infer<typeof programCategory>;

/** Whose files a program is among: the machine's, hermes' own image, or the image of sandboxes. */
export const programRoot = z.enum(['host', 'image', 'sandbox']);
export type ProgramRoot = z.infer<typeof programRoot>;

export const programName = z
  .string()
  .max(64)
  .regex(/^[a-z\d][\w.+-]*$/, 'must be the name of a program');

const filePath = z.string().max(4096);

/** One program where it was found. */
export const programFinding = z.strictObject({
  name: programName,
  category: programCategory,
  path: filePath.meta({ description: 'As its root sees it' }),
  realpath: filePath.nullable().meta({ description: 'Without links; null if they lead nowhere' }),
  root: programRoot,
  version: z.string().max(64).nullable(),
  version_from: z.enum(['file', 'run', 'unknown']),
  usable: z.boolean(),
  reason: z.string().max(200).nullable().meta({ description: 'Why it is not usable' }),
  auth: z.enum(['ready', 'missing', 'unknown']).meta({
    description: 'Whether a known variable or credential file exists; none is opened',
  }),
  checked_at: instant,
});
export type ProgramFinding = z.infer<typeof programFinding>;

export const programView = programFinding.extend({ host: hostName });
export type ProgramView = z.infer<typeof programView>;

export const programScanId = z
  .string()
  .max(64)
  .regex(/^scan-[\da-f]{8,}$/, 'must be the id of a scan');

/** One look for programs on a host. It is `done` once versions are known, as far as they can be. */
export const programScan = z.strictObject({
  scan_id: programScanId,
  host: hostName,
  owner: z.string(),
  correlation_id: z.string(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  cause: z.string().nullable(),
  detail: z.string().nullable().meta({ description: 'What failed, and what to do' }),
  refresh: z.boolean(),
  created_at: instant,
  started_at: instant.nullable().meta({ description: 'When the findings were first stored' }),
  finished_at: instant.nullable(),
  names: z.int().meta({ description: 'How many names were looked for' }),
  found: z.int(),
  usable: z.int(),
  asked: z.int().meta({ description: 'How many programs were run for their version' }),
  presence_ms: z.number().nullable().meta({ description: 'How long reading the folders took' }),
});
export type ProgramScan = z.infer<typeof programScan>;

export const discoverBody = z.strictObject({
  host: hostName.optional().meta({ description: 'Default: a host on which hermes is awake' }),
  refresh: z.boolean().optional().meta({
    description: 'Ask programs again whose files have not changed since they were asked',
  }),
});
export type DiscoverBody = z.infer<typeof discoverBody>;

/** The answer to a request for a scan. While policy keeps hermes asleep there is no scan, and a hint. */
export const discoverAnswer = z.strictObject({
  status: z.enum(['QUEUED', 'ERROR']),
  scan: programScan.nullable(),
  error: z.literal('off_by_policy').nullable(),
  hint: z.string().nullable(),
});
export type DiscoverAnswer = z.infer<typeof discoverAnswer>;

export const programListAnswer = z.strictObject({
  programs: z.array(programView),
  scans: z.array(programScan).meta({ description: 'The newest of each host' }),
});
export type ProgramListAnswer = z.infer<typeof programListAnswer>;
