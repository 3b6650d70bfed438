import { randomBytes } from 'node:crypto';
import { sha256 } from '../../platform/hash.ts';

/** `vx11_<id>_<secret>`: an id of 64 bits, and a secret of 256 bits. */
const form = /^vx11_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

/** A new token: its id, the text to show once, and the SHA-256 to keep. */
export function newToken(): { id: string; text: string; secretHash: string } {
  const id = randomBytes(8).toString('hex');
  const text = `vx11_${id}_${randomBytes(32).toString('base64url')}`;
  return { id: `token-${id}`, text, secretHash: sha256(text) };
}

/** The id in a token's text; null if the text does not have the form of a token. */
export function tokenIdOf(text: string): string | null {
  const id = form.exec(text)?.[1];
  return id === undefined ? null : `token-${id}`;
}
