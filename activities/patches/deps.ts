import type { PatchStatus, PatchView } from '../../contracts/patch.ts';
import type { Logger } from 'pino';
import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/index.ts';
import type { ChangeHost } from './change/host.ts';

/** Who applies a patch, or takes it back. */
export interface PatchActor {
  actor: string;
  correlation_id: string;
}

/** How a patch stands after a call, and why. */
export interface PatchOutcome {
  status: PatchStatus;
  detail: string | null;
}

export interface PatchDeps {
  store: Store;
  clock: Clock;
  log: Logger;
  host: string;
  /** The stack's folder. */
  folder: () => string;
  /** Makes containers that run with these files, or by an older definition, new ones that run as the files say now. */
  renew(paths: string[], by: PatchActor): Promise<void>;
  /** Where the files are kept as they were before each patch. */
  backups: string;
  /** What patches of operations do beside files; null if this process may not. */
  host_acts: ChangeHost | null;
  /** Whether patches are committed where the folder is in a work tree, and what happens to changes that are not. */
  git: () => 'strict' | 'commit_first' | 'off';
}

export const outcomeOfPatch = ({ status, detail }: PatchView): PatchOutcome => ({ status, detail });
