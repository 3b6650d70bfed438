import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../platform/hash.ts';

/**
 * Removes the path secret from a path: `/wake/<secret>/api/…` becomes `/api/…`, and `/wake/<secret>/auth` becomes `/wake/auth`.
 * @returns null if a secret is required and the path has another one, or none
 */
type StripSecret = (path: string) => string | null;

/** @param secret null if none is required */
export function createStripSecret(secret: string | null): StripSecret {
  if (secret === null) return (path) => path;
  const wanted = Buffer.from(sha256(secret));
  return (path) => {
    const [, given = '', rest = ''] = /^\/wake\/([^/]+)(\/.*)$/.exec(path) ?? [];
    if (!timingSafeEqual(Buffer.from(sha256(given)), wanted)) return null;
    return rest === '/auth' ? '/wake/auth' : rest;
  };
}
