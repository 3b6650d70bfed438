import type { ProgramScan } from '../../contracts/programs.ts';
import {
  endedScan,
  scanEvent,
  scanHasEnded,
  scanWith,
  type ScanEnd,
} from '../../domain/programs/scan.ts';
import type { ScanDeps } from './deps.ts';

/** Ends a scan. One that has ended stays as it is. */
export async function endScan(
  { store, clock, metrics }: ScanDeps,
  scan: ProgramScan,
  end: ScanEnd,
): Promise<ProgramScan> {
  if (scanHasEnded(scan)) return scan;
  const rows = await store.programs.found(scan.host);
  const principal = (await store.programs.ownerOf(scan.scan_id))?.principal ?? null;
  const kept = await store.programs.change(scan.scan_id, (now) => {
    const counted = scanWith(now, rows, now.presence_ms ?? 0, clock());
    const view = endedScan(end.ok ? counted : now, end, clock());
    return { view, events: [scanEvent(view, principal, clock())] };
  });
  const view = kept ?? scan;
  metrics.ended(view.status);
  if (view.status === 'done') metrics.found(view.host, view.found, view.usable);
  return view;
}
