import { ActivityFailure, CancellationScope, TimeoutFailure } from '@temporalio/workflow';
import type { ProgramScan } from '../../contracts/programs.ts';
import type { ProgramAnswer } from '../../domain/programs/finding.ts';
import type { ScanEnd } from '../../domain/programs/scan.ts';
import { programsOn } from './proxies.ts';
import type { DiscoverPrograms } from './start.ts';

/**
 * Finds the programs of a host and stores them, then asks those for their version that may be asked. hermes does both, and
 * madre alone stores; whatever hermes does not answer, the scan ends.
 */
export async function discoverPrograms({ scan_id, host }: DiscoverPrograms): Promise<ProgramScan> {
  const { hermes, madre } = programsOn(host);
  let answers: Record<string, ProgramAnswer> = {};
  let end: ScanEnd;
  try {
    const presence = await hermes.finding.findPrograms();
    const { ask } = await madre.storeFound({ scan_id, ...presence });
    if (ask.length > 0) answers = await hermes.asking.askPrograms({ ask });
    end = { ok: true, asked: Object.keys(answers).length };
  } catch (error) {
    end = failureOf(error, host);
  }
  return CancellationScope.nonCancellable(() => madre.endScan({ scan_id, answers, end }));
}

function failureOf(error: unknown, host: string): ScanEnd {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    const detail = `hermes on ${host} did not answer in time. Is its window still open? Then try again.`;
    return { ok: false, cause: 'hermes_unavailable', detail };
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { ok: false, cause: 'interrupted', detail: detail.slice(0, 500) };
}
