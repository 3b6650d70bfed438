import { execFile } from 'node:child_process';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { masked, secretsOf } from '../../../domain/checks/secrets.ts';
import type { Check } from '../../../domain/checks/suite.ts';
import { importedPaths } from '../../compose/suites/imported-suites.ts';
import { judged, mostEvidence, printable } from '../probe/judged.ts';
import type { Probed } from '../probe/messages.ts';

const run = promisify(execFile);
const mostFiles = 200;
const mostOutput = 4 * 1024 ** 2;

/** The part of Hurl's JSON report that is read. */
const hurlReport = z.array(
  z.looseObject({
    filename: z.string(),
    success: z.boolean(),
    entries: z
      .array(
        z.looseObject({
          asserts: z
            .array(z.looseObject({ success: z.boolean(), message: z.string().optional() }))
            .optional(),
        }),
      )
      .optional(),
  }),
);

/** Hurl's exit codes that mean that the files were run: all hold, or not. */
const ranWith: ReadonlySet<unknown> = new Set([0, 3, 4]);

/**
 * One try of a Hurl check: all its files, by the `hurl` on the PATH. Its exit code and its JSON report have to agree.
 * @param named the compose files, to whose folder the files are relative
 */
export async function runHurl(
  check: Check,
  { named, addresses }: { named: string; addresses: Readonly<Record<string, string>> },
): Promise<Probed> {
  const began = performance.now();
  const took = () => performance.now() - began;
  const unknown = (status: 'inconclusive' | 'error', cause: string, detail: string): Probed => ({
    status,
    cause,
    detail,
    ms: took(),
    evidence: null,
    stored: {},
  });
  const files = await filesOf(importedPaths(named, check.files!));
  if (files.length === 0) {
    const fault = {
      cause: 'no_files',
      detail: `no file is named ${check.files!.join(', ')}`,
      late: false,
    };
    return { ...judged(check, { FILES: 0 }, { fault, evidence: null }), ms: took() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'vx11-hurl-'));
  try {
    const hosts = Object.entries(addresses).flatMap(([name, address]) => [
      '--connect-to',
      `${name}::${address.includes(':') ? `[${address}]` : address}:`,
    ]);
    const flags = ['--test', '--no-color', '--jobs', '1', '--report-json', folder];
    const { PATH = '', HOME = '' } = process.env;
    const options = {
      timeout: check.timeout_ms,
      killSignal: 'SIGKILL',
      maxBuffer: mostOutput,
    } as const;
    const end = await run('hurl', [...flags, ...hosts, ...files], {
      ...options,
      env: { PATH, HOME },
    }).then(
      ({ stderr }) => ({ code: 0 as unknown, stderr, killed: false }),
      (error: unknown) => error as { code?: unknown; stderr?: string; killed?: boolean },
    );
    if (end.code === 'ENOENT') {
      const how = 'hurl is not on the PATH of madre; install Hurl there, or remove the check';
      return unknown('inconclusive', 'hurl_missing', how);
    }
    const said = masked(printable(end.stderr ?? ''), secretsOf(check));
    if (end.killed === true) {
      const fault = {
        cause: 'timeout',
        detail: `hurl did not end within ${check.timeout_ms} ms`,
        late: true,
      };
      return { ...judged(check, {}, { fault, evidence: said }), ms: took() };
    }
    if (!ranWith.has(end.code)) {
      const cause = end.code === 2 ? 'hurl_syntax' : 'hurl_failed';
      return {
        ...unknown('error', cause, `hurl ended with ${String(end.code)}`),
        evidence: said.slice(-mostEvidence),
      };
    }
    const report = await reportIn(folder);
    const failed = report?.filter(({ success }) => !success) ?? [];
    const agrees = report?.length === files.length && (failed.length === 0) === (end.code === 0);
    if (!agrees) {
      const seen =
        report === null ? 'no report' : `${report.length} files, ${failed.length} failed`;
      const detail = `hurl ended with ${String(end.code)}, and its report says ${seen} of ${files.length} files`;
      return {
        ...unknown('error', 'report_disagrees', detail),
        evidence: said.slice(-mostEvidence),
      };
    }
    const facts = {
      FILES: files.length,
      FAILED: failed.length,
      EXIT_CODE: end.code,
      RESPONSE_TIME: Math.round(took()),
    };
    const evidence = [`${files.length} files, ${failed.length} failed`, ...failed.flatMap(reasons)];
    return {
      ...judged(check, facts, {
        fault: null,
        evidence: evidence.join('\n'),
        note: evidence[2]?.trim(),
      }),
      ms: took(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function filesOf(patterns: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for await (const file of glob(patterns)) {
    if (found.size < mostFiles) found.add(file);
  }
  return [...found].toSorted();
}

/** Null if it is not there, or is none. */
async function reportIn(folder: string): Promise<z.output<typeof hurlReport> | null> {
  const text = await readFile(join(folder, 'report.json'), 'utf8').catch(() => '');
  try {
    return hurlReport.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const reasons = ({ filename, entries = [] }: z.output<typeof hurlReport>[number]): string[] => [
  `${filename}:`,
  ...entries
    .flatMap(({ asserts = [] }) => asserts)
    .filter(({ success }) => !success)
    .map(({ message }) => `  ${message ?? 'an assert failed'}`),
];
