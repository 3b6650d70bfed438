import { webSessionLink } from '../../contracts/web-session.ts';
import type { GatewayClient } from '../../client/gateway-client.ts';
import { isLoopback } from '../../platform/network/loopback.ts';

/** A link that signs one browser in. */
export interface UiLink {
  url: string;
  expires_at: string;
}

/** Addresses that a browser also reaches as `localhost`, where every browser may keep a session without HTTPS. */
const sameAsLocalhost = /^(127\.0\.0\.1|\[::1\]|localhost)$/;

/** The gateway's address for a browser. @param url without a trailing slash */
function browserUrl(url: string): string {
  const address = new URL(url);
  if (sameAsLocalhost.test(address.hostname)) address.hostname = 'localhost';
  return address.href.replace(/\/$/, '');
}

/** Whether browsers keep a session of this gateway: by HTTPS, or on this machine. */
export function keepsSession(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopback(hostname) || hostname.endsWith('.localhost');
}

/** Makes a link to the web UI with the client's token. Throws GatewayFailure. */
export async function createUiLink(gateway: GatewayClient): Promise<UiLink> {
  const made = await gateway.call('POST', '/vx11/session/links', webSessionLink, { body: {} });
  return { url: browserUrl(gateway.target.url) + made.path, expires_at: made.expires_at };
}
