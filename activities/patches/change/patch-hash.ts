import type { PatchChange, PatchFile } from '../../../contracts/patch.ts';
import { sha256 } from '../../../platform/hash.ts';

/** The hash that a person confirms: of the operations, the files they were made for, the effect, and the images it gives back. */
export const patchHash = (
  { operations, config_diff, images }: Pick<PatchChange, 'operations' | 'config_diff' | 'images'>,
  files: readonly PatchFile[],
): string => {
  const base = files.map(({ path, before_sha256 }) => [path, before_sha256]);
  const backups = images?.map(({ service, reference, image }) => [service, reference, image]);
  return sha256(JSON.stringify([operations, base, config_diff, ...(backups ? [backups] : [])]));
};
