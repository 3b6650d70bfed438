import { VX11Error } from '../../contracts/errors.ts';
import type { ProgramScan } from '../../contracts/programs.ts';
import { toAsk, withAnswers, withKnownAnswers } from '../../domain/programs/finding.ts';
import { scanHasEnded, scanWith } from '../../domain/programs/scan.ts';
import { programTable } from '../../domain/programs/table.ts';
import { isoTime } from '../../platform/time.ts';
import { checkedReport } from '../checked-report.ts';
import { attempt } from '../heartbeat.ts';
import type { ScanDeps } from './deps.ts';
import { endScan } from './end-scan.ts';
import { foundPrograms, programAnswers } from './found-program.ts';
import type { ScanActivities } from './program-activities.ts';

/** What madre does for scans of its host. */
export function createScanActivities(deps: ScanDeps): ScanActivities {
  const { store, clock } = deps;
  const scanOf = async (id: string): Promise<ProgramScan> => {
    const scan = await store.programs.find(id);
    if (scan === null) throw new VX11Error('not_found', `${id} is not known.`);
    return scan;
  };
  return {
    storeFound: ({ scan_id, found, presence_ms }) =>
      attempt(async () => {
        const scan = await scanOf(scan_id);
        const known = scan.refresh ? [] : await store.programs.found(scan.host);
        const now = withKnownAnswers(checkedReport(foundPrograms, found), known);
        await store.programs.replace(scan.host, now);
        await store.programs.change(scan_id, (view) => ({
          view: scanWith(view, now, presence_ms, clock()),
          events: [],
        }));
        return { ask: toAsk(now, programTable) };
      }),
    endScan: ({ scan_id, answers, end }) =>
      attempt(async () => {
        const scan = await scanOf(scan_id);
        if (scanHasEnded(scan)) return scan;
        const given = checkedReport(programAnswers, answers);
        if (Object.keys(given).length > 0) {
          const found = await store.programs.found(scan.host);
          await store.programs.replace(scan.host, withAnswers(found, given, isoTime(clock())));
        }
        return endScan(deps, scan, end);
      }),
  };
}
