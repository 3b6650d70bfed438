import { randomBytes } from 'node:crypto';
import { sha256 } from '../../platform/hash.ts';

/** A half of a session: 192 random bits in 32 URL-safe characters. */
export const newHalf = (): string => randomBytes(24).toString('base64url');

/** The code of a link: 128 random bits in 22 URL-safe characters. */
export const newLinkCode = (): string => randomBytes(16).toString('base64url');

/**
 * The stored hash of a proof or a code, which is valid only under the token with this hash: a session does not outlive a
 * change of VX11_TOKEN, which has no row that could be revoked. It does not help to guess the token, since it also covers
 * the random secret.
 */
export const boundHashOf = (secret: string, tokenHash: string): string =>
  sha256(`${tokenHash}\n${secret}`);
