import type { TryOutcome } from '../../domain/notices/next-try.ts';
import { AddressRefused } from '../../platform/network/post-public.ts';

/** The longest that one try may take, in ms. */
export const limitMs = 5000;

/** The reason never names the address: it may be a secret. */
export function failureOf(error: unknown): Extract<TryOutcome, { ok: false }> {
  if (error instanceof AddressRefused) {
    const reason = `${error.message}; VX11_NOTIFY_ALLOW lists the private hosts that may be sent to`;
    return { ok: false, reason, final: true, retry_after_ms: null };
  }
  const { code, name, message } = error as NodeJS.ErrnoException;
  const late = name === 'TimeoutError' || name === 'AbortError';
  const said = code === 'ERR_INVALID_URL' ? 'the URL is not valid' : message;
  const reason = late ? `no answer within ${limitMs / 1000} s` : said;
  return { ok: false, reason, final: false, retry_after_ms: null };
}
