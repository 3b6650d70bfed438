import { retryAfter } from '../../../domain/routing/failure/retry-after.ts';
import type { Answer } from '../../../platform/network/post.ts';
import { WireFailure, type JsonObject } from './wire.ts';

/** Of the text of an error, so much is kept. */
const longest = 2000;

const objectOf = (value: unknown): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

interface ErrorBody {
  code: string | null;
  message: string;
  retry_delay?: string | undefined;
  resets_in_seconds?: number | undefined;
}

/**
 * What an error body says. Providers write `{error: {message, code}}`, `{error: "text"}`, `{message}`, `{detail}`, or an
 * array of the first form; Google adds the wait and the name of the quota to its details.
 */
export function readErrorBody(body: unknown): ErrorBody {
  const outer = objectOf(Array.isArray(body) ? body[0] : body);
  const error = objectOf(outer?.['error']) ?? outer;
  const message =
    textOf(error?.['message']) ??
    textOf(outer?.['error']) ??
    textOf(error?.['detail']) ??
    textOf(body) ??
    (body === undefined ? '' : JSON.stringify(body));
  const code =
    textOf(error?.['code']) ?? textOf(error?.['type']) ?? textOf(error?.['status']) ?? null;
  const details = Array.isArray(error?.['details']) ? (error['details'] as unknown[]) : [];
  const notes = details.map(objectOf).filter((one) => one !== null);
  const quotas = notes
    .flatMap(({ violations }) => (Array.isArray(violations) ? (violations as unknown[]) : []))
    .map((one) => textOf(objectOf(one)?.['quotaId']))
    .filter((one) => one !== null);
  return {
    code,
    message: [message, ...quotas].join(' ').slice(0, longest),
    retry_delay:
      notes.map(({ retryDelay }) => textOf(retryDelay)).find((one) => one !== null) ?? undefined,
    resets_in_seconds: numberOf(error?.['resets_in_seconds']),
  };
}

/** The failure that an answer with an error status, or an error object inside a 200, stands for. */
export function failureOf(
  status: number | null,
  headers: Answer['headers'] | null,
  body: unknown,
  now: number,
): WireFailure {
  const { code, message, ...waits } = readErrorBody(body);
  return new WireFailure({
    status,
    code,
    message: message === '' ? `answered ${status ?? 'an error'}` : message,
    retry_after_ms: retryAfter({ headers: headers ?? {}, ...waits }, now),
  });
}

/** An HTTP status that an error object inside a 200 names, as OpenRouter does. */
export function statusIn(error: unknown): number | null {
  const named = objectOf(error);
  const code = named?.['code'] ?? named?.['status'];
  return typeof code === 'number' && code >= 400 && code < 600 ? code : null;
}
