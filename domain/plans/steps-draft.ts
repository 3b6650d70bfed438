import type { Intent } from '../../contracts/intent.ts';
import type { StepDraft, StepError } from '../../contracts/plan.ts';
import type { TokenScope } from '../../contracts/token.ts';
import type { Risk } from './risk.ts';

/** The steps that a request asks for, or why there are none. */
export type StepsDraft =
  | {
      ok: true;
      drafts: StepDraft[];
      warnings: string[];
      /** Consequences for other users that the steps alone do not show. */
      risks: Risk[];
    }
  | { ok: false; error: StepError; warnings: string[] };

/** Who asks for what. */
export interface DraftRequest {
  actor: string;
  /** The token behind the name; null for a part of VX11. */
  principal?: string | null;
  scope: TokenScope;
  intent: Intent;
}

export const drafted = (
  drafts: StepDraft[],
  warnings: string[] = [],
  risks: Risk[] = [],
): StepsDraft => ({
  ok: true,
  drafts,
  warnings,
  risks,
});

export const refuse = (error: StepError): StepsDraft => ({ ok: false, error, warnings: [] });

export const refuseWith = (code: string, detail: string): StepsDraft => refuse({ code, detail });
