import type { PatchOperation } from '../../contracts/patch-operation.ts';
import { checkWeakenings } from '../../domain/repair/weakening/checks.ts';
import { serviceWeakenings } from '../../domain/repair/weakening/services.ts';
import {
  weakeningText,
  type ComposeModel,
  type WeakeningWord,
} from '../../domain/repair/weakening/word.ts';

/** What a person may decide that no repair may: a larger limit, a port less. */
const open: ReadonlySet<WeakeningWord> = new Set([
  'limit_raised',
  'port_removed',
  'dependency_weakened',
]);

/** Why no patch may have these operations: they change VX11's own settings, of which Compose prints only some. */
export function closedOperations(operations: readonly PatchOperation[]): string | null {
  const own = operations.some(
    (one) => 'path' in one && one.path.some((key) => String(key).startsWith('x-vx11')),
  );
  return own ? 'the settings of VX11 itself are changed by hand' : null;
}

/** Why no patch may do this, by rules or not: it widens rights, or takes protections away. */
export function closedIn(before: ComposeModel, after: ComposeModel, folder: string): string | null {
  const found = [
    ...serviceWeakenings(before, after, folder),
    ...checkWeakenings(before, after),
  ].filter(({ word }) => !open.has(word));
  return found.length === 0 ? null : found.map(weakeningText).join('; ');
}
