import type { CheckDeps } from '../../checks/deps.ts';

/** What trials need. One per process: `boot` and `live` tell its trials from those of a process that died. */
export interface TrialDeps {
  checks: CheckDeps;
  /** The folder of VX11, which no copy contains. */
  home: string;
  /** The folder of the copies, in `home`. */
  copies: string;
  /** This installation, as on its sandboxes. */
  owner: string;
  /** Random, of this start of the process. */
  boot: string;
  /** The trials of this process that are not closed. */
  live: Set<string>;
}
