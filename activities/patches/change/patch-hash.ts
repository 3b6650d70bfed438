import type { PatchChange, PatchFile } from '../../../contracts/patch.ts';
import { sha256 } from '../../../platform/hash.ts';

/** The hash that a person confirms: of the operations, the files they were made for, and the effect. */
export const patchHash = (
  { operations, config_diff }: Pick<PatchChange, 'operations' | 'config_diff'>,
  files: readonly PatchFile[],
): string => {
  const base = files.map(({ path, before_sha256 }) => [path, before_sha256]);
  return sha256(JSON.stringify([operations, base, config_diff]));
};
