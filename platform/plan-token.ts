import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new confirm token: 128 random bits in 22 URL-safe characters, shown once. */
export const newConfirmToken = (): string => randomBytes(16).toString('base64url');

/** SHA-256 of a plan's text, as `domain/plan-state` writes it. */
export const planHashOf = (text: string): string => hash('sha256', text, 'hex');

/** What is kept of a token: it proves the token for this plan as it was shown, and for no other. */
export const confirmHashOf = (planHash: string, token: string): string =>
  hash('sha256', `${planHash}\n${token}`, 'hex');

/** Compares two SHA-256 in hex without telling by its time where they differ. */
export const sameHash = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
