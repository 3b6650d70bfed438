import { Unusable } from './http.ts';
import { certificateOf } from './certificate.ts';

/** Why an exchange brought no answer: one word, and a sentence. */
export interface Fault {
  cause: string;
  detail: string;
}

const words: Record<string, string> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'cut_off',
  ENOTFOUND: 'unknown_host',
  EAI_AGAIN: 'unknown_host',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'unreachable',
};

const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** Names the fault behind an error of an exchange. */
export async function faultOf(
  error: unknown,
  address: { url: string; host: string },
): Promise<Fault> {
  if (error instanceof Unusable) return { cause: error.cause_word, detail: error.message };
  const code = codeOf(error);
  const message = messageOf(error);
  if (untrusted.test(code)) {
    const seen = await orNull(certificateOf(address));
    const by = seen === null ? '' : `; issued by ${seen.issuer}, valid until ${seen.until}`;
    return { cause: 'tls_untrusted', detail: `the certificate is not trusted (${code})${by}` };
  }
  if (code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError'))
    return { cause: 'not_http', detail: `the answer is not HTTP: ${message}` };
  if (/^(EPROTO|ERR_SSL_)/.test(code)) return { cause: 'not_tls', detail: message };
  return { cause: words[code] ?? 'connection_failed', detail: message };
}

const orNull = async <T>(work: Promise<T>): Promise<T | null> => work.catch(() => null);

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const first: unknown = at instanceof AggregateError ? at.errors[0] : at;
    const { code } = first as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return '';
}

const messageOf = (error: unknown): string => {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
};
