import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Agent } from 'undici';

/** What a client of TLS shows and accepts. */
export interface TlsClient {
  /** The authorities to trust instead of those of the system. */
  ca?: string;
  cert?: string;
  key?: string;
  /** A server that shows this very certificate (by SHA-256) is the right one under any name. */
  fingerprint?: string | null;
}

/** By its fingerprint, or else by its names. */
export const identityCheck =
  (fingerprint: string | null | undefined) =>
  (host: string, shown: PeerCertificate): Error | undefined =>
    typeof fingerprint === 'string' && shown.fingerprint256 === fingerprint
      ? undefined
      : checkServerIdentity(host, shown);

/**
 * A `fetch` whose connections by https use this material. When `client` returns another object, new requests take new
 * connections, and those in flight end on their own.
 */
export function tlsFetch(client: () => TlsClient): typeof fetch {
  const loading = import('undici');
  let used: TlsClient | undefined;
  let agent: Agent | undefined;
  return (async (input: string | URL, init?: RequestInit): Promise<Response> => {
    const { Agent, fetch: send } = await loading;
    const now = client();
    if (agent === undefined || now !== used) {
      void agent?.close();
      used = now;
      const { fingerprint, ...material } = now;
      const connect = {
        ...material,
        minVersion: 'TLSv1.2' as const,
        // the certificate that a file of ours names is trusted although its issuer is not in that file
        allowPartialTrustChain: true,
        checkServerIdentity: identityCheck(fingerprint),
      };
      agent = new Agent({ connect, allowH2: false });
    }
    const answer = await send(input, { ...(init as object), dispatcher: agent });
    return answer as unknown as Response;
  }) as typeof fetch;
}
