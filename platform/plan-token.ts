import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from './hash.ts';

/** A new confirm token: 128 random bits in 22 URL-safe characters, shown once. */
export const newConfirmToken = (): string => randomBytes(16).toString('base64url');

/** SHA-256 of a plan's text, as `domain/plan-state` writes it. */
export const planHashOf = sha256;

/** What is kept of a token: it proves the token for this plan as it was shown, and for no other. */
export const confirmHashOf = (planHash: string, token: string): string =>
  sha256(`${planHash}\n${token}`);

/** What is kept of a confirm token. */
export interface KeptToken {
  confirm_hash: string;
  /** Finds the plan by its token; null where a program that knew of none wrote it. */
  lookup_hash: string | null;
}

/** Finds a plan by its token. The token has 128 random bits, so the hash alone gives nothing away. */
export const lookupHashOf = (token: string): string => sha256(`confirm token\n${token}`);

/** @param planHash of the plan as it was shown */
export const keptTokenOf = (planHash: string, token: string): KeptToken => ({
  confirm_hash: confirmHashOf(planHash, token),
  lookup_hash: lookupHashOf(token),
});

/** Compares two SHA-256 in hex without telling by its time where they differ. */
export const sameHash = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
