import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from './hash.ts';

/** Makes a confirm token: 128 random bits in 22 URL-safe characters, shown once. */
export const newConfirmToken = (): string => randomBytes(16).toString('base64url');

/** SHA-256 of a plan's text, as `domain/plans/plan-state` writes it. */
export const planHashOf = sha256;

/** The stored hash of a token, which is valid only for this plan exactly as it was shown. */
export const confirmHashOf = (planHash: string, token: string): string =>
  sha256(`${planHash}\n${token}`);

/** The stored form of a confirm token. */
export interface KeptToken {
  confirm_hash: string;
  /** Finds the plan by its token; null in rows of versions without this hash. */
  lookup_hash: string | null;
}

/** The hash that finds a plan by its token. It does not reveal the token, which has 128 random bits. */
export const lookupHashOf = (token: string): string => sha256(`confirm token\n${token}`);

/** @param planHash of the plan as it was shown */
export const keptTokenOf = (planHash: string, token: string): KeptToken => ({
  confirm_hash: confirmHashOf(planHash, token),
  lookup_hash: lookupHashOf(token),
});

/** Compares two SHA-256 hashes in hex in constant time. */
export const sameHash = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
