import type { IncomingHttpHeaders } from 'node:http';
import { VX11Error } from '../../contracts/errors.ts';

/** Browsers keep the cookies of `vx11.localhost` apart from those of every other service on this machine. */
const loopback = ['localhost', 'vx11.localhost', '127.0.0.1', '[::1]', '::1'];
const readMethods = new Set(['GET', 'HEAD']);

export const isRead = (method: string): boolean => readMethods.has(method);

/** The host of `name:port` or `[v6]:port`, in lower case; null if it is not a host. */
function nameOf(host: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host);
  return match?.[1]?.toLowerCase() ?? null;
}

/**
 * Refuses requests that a browser could be tricked into: other host names (DNS rebinding), and changes from pages of other
 * origins. Ignores forwarded headers. Throws `bad_request`, `host_not_allowed` or `origin_not_allowed`.
 */
export function createOriginCheck(
  allowedHosts: string[],
  allowedOrigins: string[],
): (method: string, headers: IncomingHttpHeaders) => void {
  const hosts = new Set([...loopback, ...allowedHosts]);
  const origins = new Set(allowedOrigins);
  const accepted = new Set<string>(); // Host headers as received, so that each is parsed once

  const checkHost = (host: string | undefined): void => {
    if (host !== undefined && accepted.has(host)) return;
    const name = host === undefined ? null : nameOf(host);
    if (name === null) throw new VX11Error('bad_request', 'Send one Host header with a host name.');
    if (!hosts.has(name)) {
      throw new VX11Error(
        'host_not_allowed',
        'Call by a loopback name, by this machine’s name, or by a name of VX11_ALLOWED_HOSTS.',
      );
    }
    if (accepted.size < 100) accepted.add(host!);
  };
  const checkOrigin = (headers: IncomingHttpHeaders): void => {
    const { origin, host } = headers;
    if (origin === undefined || origins.has(origin)) return;
    if (origin === `http://${host}` || origin === `https://${host}`) return;
    throw new VX11Error(
      'origin_not_allowed',
      'Pages of this origin may not make changes; VX11_ALLOWED_ORIGINS lists those that may.',
    );
  };
  return (method, headers) => {
    checkHost(headers.host);
    if (!isRead(method)) checkOrigin(headers);
  };
}

const ownSites = new Set(['same-origin', 'none']);

/**
 * Refuses a request that a browser says comes from a page elsewhere, another port of this host among them. Throws
 * `origin_not_allowed`.
 */
export function checkFetchSite(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || ownSites.has(site)) return;
  throw new VX11Error(
    'origin_not_allowed',
    'Only pages of this gateway may use its sessions. Send a token as X-VX11-Token.',
  );
}

/** Headers of every answer. None of them is a CORS header: pages of other origins read nothing. */
export const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Further headers of what a browser shows as a page; they have no effect elsewhere. */
export const pageHeaders = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** The page at /docs loads its scripts and styles from the gateway only. */
export const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const jsonType = /^application\/json\s*(;\s*charset=("utf-8"|utf-8)\s*)?$/i;

/** Refuses a body that could be read in two ways. Throws `unsupported_media`, `bad_request`. */
export function checkMedia(method: string, headers: IncomingHttpHeaders): void {
  const length = headers['content-length'];
  const hasBody =
    headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  if (headers['content-encoding'] !== undefined) {
    throw new VX11Error('unsupported_media', 'Send the body as it is, without Content-Encoding.');
  }
  if (isRead(method) || method === 'DELETE') {
    if (hasBody) throw new VX11Error('bad_request', `${method} takes no body here.`);
    return;
  }
  const type = headers['content-type'];
  if (type === undefined ? hasBody : !jsonType.test(type)) {
    throw new VX11Error('unsupported_media', 'Send Content-Type: application/json, in UTF-8.');
  }
}
