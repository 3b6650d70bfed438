import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress } from '../../platform/public-address.ts';
import { publicLookup } from '../../platform/public-lookup.ts';

/** The callback's address is not allowed; a retry cannot succeed. */
export class CallbackRefused extends Error {
  override name = 'CallbackRefused';
}

const limitMs = 10_000;

/**
 * Posts JSON once. Connects to public addresses only. The address is checked in the same DNS lookup that the connection
 * uses, so that a name cannot resolve differently in between. Hosts in `allowed` are exempt. Follows no redirects.
 * @throws CallbackRefused, or the error of the connection or of the response
 */
export function postCallback(
  address: string,
  body: string,
  headers: Record<string, string>,
  allowed: readonly string[],
): Promise<number> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const free = allowed.some((name) => name.toLowerCase() === host);
  if (!free && isIP(host) !== 0 && !isPublicAddress(host)) {
    return Promise.reject(new CallbackRefused(`${host} is not a public address`));
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
        answer.destroy();
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) resolved(status);
        else reject(new Error(`${host} answered ${status}`));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

const publicOnly = publicLookup((why) => new CallbackRefused(why));
