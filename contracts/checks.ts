import { z } from 'zod';
import { correlationId, hostName, instant, reasonText, serviceName, windowId } from './text.ts';

/**
 * How one check ended. `off_by_policy`: its service sleeps and was not to be woken. `interrupted`: it had an effect and
 * its process died, so that it is not repeated. `inconclusive`: the checker's own host was too busy to judge.
 */
export const checkStatus = z.enum([
  'passed',
  'failed',
  'flaky',
  'timeout',
  'error',
  'inconclusive',
  'skipped',
  'off_by_policy',
  'interrupted',
  'not_run',
]);
export type CheckStatus = z.infer<typeof checkStatus>;

export const checkRunStatus = z.enum([
  'queued',
  'running',
  'passed',
  'failed',
  'flaky',
  'inconclusive',
  'error',
  'cancelled',
]);
export type CheckRunStatus = z.infer<typeof checkRunStatus>;

export const checkRunId = z
  .string()
  .max(64)
  .regex(/^run-[0-9a-f]{8,}$/, 'must be a run id');

/** The checks of one suite or service, as the catalog keeps them: without their requests, which may hold secrets. */
export const suiteSummary = z.strictObject({
  name: z.string(),
  kind: z.enum(['suite', 'service', 'group']).meta({ description: 'group: of an imported file' }),
  /** False: its checks are those that every service has. */
  declared: z.boolean(),
  services: z.array(serviceName),
  checks: z.int(),
  /** Why it cannot run; empty if it can. */
  problems: z.array(z.string()),
});
export type SuiteSummary = z.infer<typeof suiteSummary>;

export const checkSuitesAnswer = z.strictObject({
  suites: z.array(suiteSummary.extend({ host: hostName })),
});

/** One try of a check. */
export const checkAttempt = z.strictObject({
  attempt: z.int(),
  status: checkStatus,
  cause: z.string().nullable(),
  detail: z.string().nullable(),
  started_at: instant,
  ms: z.number(),
  evidence: z.string().nullable().meta({ description: 'What was seen, 4 KiB at most' }),
});
export type CheckAttempt = z.infer<typeof checkAttempt>;

/** One check of a run. */
export const checkResult = z.strictObject({
  name: z.string(),
  suite: z.string(),
  kind: z.enum(['http', 'tcp', 'exec', 'task', 'openapi', 'hurl', 'container', 'load']),
  service: z.string().nullable(),
  status: checkStatus,
  cause: z.string().nullable().meta({ description: 'One word for why it is not passed' }),
  detail: z.string().nullable(),
  started_at: instant.nullable(),
  ms: z.number().nullable(),
  insecure: z.boolean().meta({ description: 'Its TLS certificate was not checked' }),
  attempts: z.array(checkAttempt),
});
export type CheckResult = z.infer<typeof checkResult>;

const counts = z.partialRecord(checkStatus, z.int());

/** A run of checks. */
export const checkRunView = z.strictObject({
  run_id: checkRunId,
  suite: z.string().meta({ description: '`all` for every suite and declared check' }),
  services: z.array(z.string()).meta({ description: 'What had to be awake' }),
  host: hostName,
  owner: z.string(),
  trigger: z.enum(['api', 'plan', 'schedule']),
  reason: reasonText.nullable(),
  correlation_id: correlationId,
  open: z.enum(['window', 'never']),
  flaky: z.enum(['fail', 'pass']),
  settle_seconds: z.int().optional().meta({
    description: 'How long every service has to stay healthy after its checks',
  }),
  status: checkRunStatus,
  cause: z.string().nullable(),
  detail: z.string().nullable(),
  window_id: windowId.nullable(),
  residue: z
    .array(z.string())
    .nullable()
    .meta({ description: 'What the receipt of its window still saw running; null without one' }),
  created_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  counts,
  score: z.number().nullable().meta({ description: 'Passed of what was judged; null for none' }),
  flake_rate: z
    .number()
    .nullable()
    .meta({ description: 'Share of flaky runs among the last 20 of its suite' }),
  exit_code: z.int().min(0).max(2).nullable(),
  cancelled_by: z.string().nullable(),
  folder: z.string().nullable().meta({ description: 'The folder of its report, on its host' }),
});
export type CheckRunView = z.infer<typeof checkRunView>;

export const startChecksBody = z.strictObject({
  suite: z.string().min(1).max(100).optional().meta({
    description: 'A suite, or a service; all by default',
  }),
  services: z.array(serviceName).min(1).max(100).optional(),
  host: hostName.optional(),
  reason: reasonText.optional(),
  open: z.enum(['window', 'never']).optional().meta({
    description: '`never`: what sleeps is off_by_policy',
  }),
  flaky: z.enum(['fail', 'pass']).optional(),
});
export type StartChecksBody = z.infer<typeof startChecksBody>;

export const checkRunAnswer = z.strictObject({
  run: checkRunView,
  results: z.array(checkResult),
});
export type CheckRunAnswer = z.infer<typeof checkRunAnswer>;

export const checkRunListAnswer = z.strictObject({
  runs: z.array(checkRunView),
  next_cursor: z.string().nullable(),
});

/** The files of a report that can be fetched, and their types. */
export const reportFiles = {
  'test_results.json': 'application/json',
  'ctrf.json': 'application/json',
  'junit.xml': 'application/xml',
  'report.html': 'text/html; charset=utf-8',
  'report.md': 'text/markdown; charset=utf-8',
  'summary.json': 'application/json',
} as const;
export type ReportFile = keyof typeof reportFiles;

/** A file of a report by its path: also what was seen while the run lasted, which is kept on its host. */
export const checkArtifactsAnswer = z.strictObject({ files: z.array(z.string()) });
