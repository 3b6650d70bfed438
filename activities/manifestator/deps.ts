import type { MadrePatchCall } from '../../contracts/drift-patch.ts';
import type { Llm } from '../providers/language-models.ts';
import type { TrialDeps } from '../repair/trial/deps.ts';

export interface MakeDeps {
  trials: TrialDeps;
  seal: (value: string) => string;
  folder: () => string;
  llm: Llm;
}

/** What a patch is asked for. */
export type PatchRequest = Pick<
  MadrePatchCall,
  | 'correlation_id'
  | 'module_name'
  | 'issue_description'
  | 'severity'
  | 'direction'
  | 'path'
  | 'operations'
  | 'blocks'
>;
