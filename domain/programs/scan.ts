import type { NewEvent } from '../../contracts/event.ts';
import type { ProgramScan } from '../../contracts/programs.ts';
import type { FoundProgram } from './finding.ts';

/** What a scan is made from. */
export type ScanRequest = Pick<
  ProgramScan,
  'scan_id' | 'host' | 'owner' | 'correlation_id' | 'refresh'
>;

/** A scan before its workflow starts. @param at in epoch ms */
export const queuedScan = (request: ScanRequest, names: number, at: number): ProgramScan => ({
  ...request,
  status: 'queued',
  cause: null,
  detail: null,
  created_at: new Date(at).toISOString(),
  started_at: null,
  finished_at: null,
  names,
  found: 0,
  usable: 0,
  asked: 0,
  presence_ms: null,
});

export const scanHasEnded = ({ finished_at }: ProgramScan): boolean => finished_at !== null;

/** What became of a scan: its findings, or why there are none. */
export type ScanEnd = { ok: true; asked: number } | { ok: false; cause: string; detail: string };

/** The scan with what was found so far. @param at in epoch ms */
export const scanWith = (
  scan: ProgramScan,
  found: readonly FoundProgram[],
  presence_ms: number,
  at: number,
): ProgramScan => ({
  ...scan,
  status: 'running',
  started_at: scan.started_at ?? new Date(at).toISOString(),
  found: found.length,
  usable: found.filter(({ usable }) => usable).length,
  presence_ms: Math.round(presence_ms * 10) / 10,
});

/** The ended scan. @param at in epoch ms */
export const endedScan = (scan: ProgramScan, end: ScanEnd, at: number): ProgramScan => ({
  ...scan,
  finished_at: new Date(at).toISOString(),
  ...(end.ok
    ? { status: 'done', asked: end.asked }
    : { status: 'failed', cause: end.cause, detail: end.detail }),
});

/** The event of an ended scan. @param at in epoch ms */
export const scanEvent = (scan: ProgramScan, principal: string | null, at: number): NewEvent => {
  const { scan_id, host, owner, correlation_id, status, found, usable, asked, cause } = scan;
  return {
    type: 'programs.discovered',
    at,
    actor: owner,
    actor_id: principal,
    host,
    service: 'hermes',
    correlation_id,
    payload: { scan_id, status, found, usable, asked, cause },
  };
};
