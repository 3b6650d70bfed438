import { newId } from '../../contracts/ids.ts';
import { sha256 } from '../../platform/hash.ts';

/** The id of new work: a retry gets that of its first try. @param repeatKey shared by all retries; null without a key */
export const idOnce = (
  prefix: 'scan' | 'audit' | 'audio' | 'batch',
  repeatKey: string | null,
): string =>
  repeatKey === null ? newId(prefix) : `${prefix}-${sha256(`${prefix} ${repeatKey}`).slice(0, 16)}`;
