import type { ProgramScan } from '../../contracts/programs.ts';
import type { FoundProgram, ProgramAnswer } from '../../domain/programs/finding.ts';
import type { ScanEnd } from '../../domain/programs/scan.ts';

/** What was found, and how long reading the folders took, in ms. */
export interface Presence {
  found: FoundProgram[];
  presence_ms: number;
}

/** hermes' own activities, on its queue. They store nothing; each is safe to run twice. */
export interface HermesActivities {
  /** Finds programs, with the versions that stand in files. Runs nothing. */
  findPrograms(): Promise<Presence>;
  /** Runs programs for their versions; those which may not be run are left out. @returns answers by `findingKey` */
  askPrograms(input: { ask: FoundProgram[] }): Promise<Record<string, ProgramAnswer>>;
}

/** What madre does for a scan: it alone writes the store. Each is safe to run twice with the same input. */
export interface ScanActivities {
  /** Stores what was found, with the answers that programs gave before. @returns what is still to be asked */
  storeFound(input: { scan_id: string } & Presence): Promise<{ ask: FoundProgram[] }>;
  /** Stores the answers, and the end of the scan. */
  endScan(input: {
    scan_id: string;
    answers: Record<string, ProgramAnswer>;
    end: ScanEnd;
  }): Promise<ProgramScan>;
}
