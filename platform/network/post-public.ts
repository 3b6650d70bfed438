import { lookup as resolve } from 'node:dns';
import { request as plain, type IncomingHttpHeaders } from 'node:http';
import { request as secure } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';
import { publicLookup } from './public-lookup.ts';

/** The address is not allowed; a retry cannot succeed. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

export interface PostAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The first characters of the body. */
  body: string;
}

export interface PostLimits {
  /** Hosts that may have private addresses. */
  allowed: readonly string[];
  /** For everything from the look-up of the name to the end of the answer; ms. */
  limitMs: number;
  /** Also the body of a success is read; by default only that of what went wrong. */
  readsAnswer?: boolean;
}

const mostRead = 4096;

/** Whether an operator has allowed this host whatever its address is. */
const isFree = (host: string, allowed: readonly string[]): boolean =>
  allowed.some((name) => name.toLowerCase() === host.toLowerCase());

/**
 * Posts JSON once. Connects to public addresses only. The address is checked in the same DNS lookup that the connection
 * uses, so that a name cannot resolve differently in between. Follows no redirects.
 * @throws AddressRefused, or the error of the connection
 */
export function postPublic(
  address: string,
  body: string,
  headers: Record<string, string>,
  { allowed, limitMs, readsAnswer = false }: PostLimits,
): Promise<PostAnswer> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const free = isFree(host, allowed);
  if (!free && isIP(host) !== 0 && !isPublicAddress(host)) {
    return Promise.reject(new AddressRefused(`${host} is not a public address`));
  }
  const send = url.protocol === 'https:' ? secure : plain;
  return new Promise((resolved, reject) => {
    const call = send(
      url,
      {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        agent: false,
        signal: AbortSignal.timeout(limitMs),
        ...(free ? {} : { lookup: publicOnly }),
      },
      (answer) => {
        let text = '';
        const done = (): void => {
          resolved({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
          answer.destroy();
        };
        const isFine = answer.statusCode! >= 200 && answer.statusCode! < 300;
        if (isFine && !readsAnswer) return done();
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text = (text + piece).slice(0, mostRead);
          if (text.length >= mostRead) done();
        });
        answer.on('end', done);
        answer.on('error', done);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/**
 * Resolves a name for a connection of another protocol, by the same rule.
 * @throws AddressRefused, or the error of the look-up
 */
export function publicHost(host: string, allowed: readonly string[]): Promise<string> {
  return new Promise((resolved, reject) => {
    const done = (error: Error | null, address: unknown): void =>
      error === null ? resolved(address as string) : reject(error);
    if (isFree(host, allowed)) resolve(host, done);
    else if (isIP(host) === 0) publicOnly(host, {}, done);
    else if (isPublicAddress(host)) resolved(host);
    else reject(new AddressRefused(`${host} is not a public address`));
  });
}

const publicOnly = publicLookup((why) => new AddressRefused(why));
