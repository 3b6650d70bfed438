import type { CheckAttempt } from '../../../contracts/checks.ts';
import type { Check } from '../../../domain/checks/suite.ts';

/** What the parent asks of the child: one try of one check, whose stored values are filled in. */
export interface Probe {
  id: number;
  check: Check;
  context: Record<string, string>;
  /** The address of each service that a URL may name. */
  addresses: Record<string, string>;
}

/** What one try saw. */
export interface Probed extends Pick<
  CheckAttempt,
  'status' | 'cause' | 'detail' | 'ms' | 'evidence'
> {
  stored: Record<string, string>;
}

export type ProbeAnswer = Probed & { id: number };
