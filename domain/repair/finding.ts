import type { Operation } from '../patches/edit.ts';
import type { Capture } from './capture.ts';
import type { FaultClass } from './fault-classes.ts';

/** Something that was seen, and where: it has to exist in the capture. */
export interface Fact {
  text: string;
  source:
    | { kind: 'file'; path: string; line: number }
    | { kind: 'log'; service: string; line: string }
    | { kind: 'check'; check: string }
    | { kind: 'engine'; service: string }
    | { kind: 'compose' };
}

export type Fix =
  | { kind: 'change'; operations: Operation[] }
  /** The place is known, the value is not, and VX11 invents none. */
  | { kind: 'needs_value'; what: string }
  /** Nothing in the stack's folder can mend it. */
  | { kind: 'advice'; todo: string };

/** One explanation of a failure. */
export interface Finding {
  class: FaultClass;
  /** The service whose failure it explains; null for the whole stack. */
  service: string | null;
  /** One sentence. */
  cause: string;
  facts: Fact[];
  guesses: string[];
  /** 0 to 1. */
  confidence: number;
  by: 'rule' | 'model';
  fix: Fix;
}

/** A rule is pure: it sees the capture and nothing else. */
export type Rule = (capture: Capture) => Finding[];
