import type { PatchFile } from '../../contracts/patch.ts';
import { sha256 } from '../../platform/hash.ts';
import type { KeptFile } from '../../store/repair/patches.ts';

const hashOf = (version: KeptFile['before']): string | null =>
  version === null ? null : sha256(version.text);

/** A file of a patch without its content. */
export const hashed = ({ path, before, after }: KeptFile): PatchFile => ({
  path,
  before_sha256: hashOf(before),
  after_sha256: hashOf(after),
});
