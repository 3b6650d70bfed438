import { lookup as dnsLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, request, type Dispatcher } from 'undici';
import { basicLogin, loginIn } from '../../../domain/checks/secrets.ts';
import type { Check } from '../../../domain/checks/suite.ts';

/** The most of a body that is read. */
const mostBytes = 1024 * 1024;
const mostDumped = 65_536;
const mostRedirects = 10;

/** What an exchange over HTTP saw. */
export interface Exchange {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Null if it was not read. */
  body: string | null;
}

/** The target answered with something that no condition can judge. */
export class Unusable extends Error {
  readonly cause_word: string;
  constructor(word: string, detail: string) {
    super(detail);
    this.cause_word = word;
  }
}

/**
 * Makes the client of a check. @param keepAlive false: every request connects on its own, since a kept connection would hide
 * a server that takes no new one
 */
export const agentFor = (
  check: Check,
  addresses: Readonly<Record<string, string>>,
  keepAlive: boolean,
): Agent =>
  new Agent({
    pipelining: keepAlive ? 1 : 0,
    connect: { lookup: lookUp(addresses), rejectUnauthorized: !check.insecure },
    headersTimeout: 0,
    bodyTimeout: 0,
  });

/**
 * Sends a check's request and reads its answer.
 * @param readBody whether the body is needed, by the headers
 * @param signal ends connecting, headers and body alike
 * @throws Unusable, and errors of the connection
 */
export async function exchange(
  agent: Agent,
  check: Check,
  readBody: (headers: Exchange['headers']) => boolean,
  signal: AbortSignal,
): Promise<Exchange> {
  const { statusCode: status, headers, body } = await follow(agent, check, signal);
  if (readBody(headers)) return { status, headers, body: await textOf(body, headers) };
  // a small body frees its connection, a large one closes it
  void body.dump({ limit: mostDumped }).catch(() => undefined);
  return { status, headers, body: null };
}

/** Follows redirects of a GET, to the check's own host and those that it names. */
async function follow(
  agent: Agent,
  check: Check,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const chain = [check.url!];
  let url = withoutLogin(new URL(check.url!));
  const first = url.origin;
  const login = loginIn(check.url!);
  const own = new Set([url.hostname, ...check.redirect_hosts]);
  const headers = Object.fromEntries(
    Object.entries(check.headers).map(([name, { text }]) => [name, text]),
  );
  const { method } = check;
  for (;;) {
    const answer = await request(url, {
      dispatcher: agent,
      method,
      headers: url.origin === first ? { ...loginHeaders(login), ...headers } : headers,
      body: check.body?.text ?? null,
      signal,
    });
    const next = answer.headers.location;
    const redirects = /^30[12378]$/.test(String(answer.statusCode)) && typeof next === 'string';
    if (!redirects || !/^(GET|HEAD)$/.test(method)) return answer;
    answer.body.on('error', () => undefined).destroy();
    url = withoutLogin(new URL(next, url));
    chain.push(url.href);
    if (!/^https?:$/.test(url.protocol) || !own.has(url.hostname)) {
      const detail = `a redirect leads to ${url.host}, which redirect-hosts does not name: ${chain.join(' → ')}`;
      throw new Unusable('redirect_elsewhere', detail);
    }
    if (chain.length > mostRedirects + 1) {
      const detail = `more than ${mostRedirects} redirects: ${chain.slice(0, 4).join(' → ')} …`;
      throw new Unusable('redirects_exceeded', detail);
    }
  }
}

/** The client sends no login that is only in the URL. */
function withoutLogin(url: URL): URL {
  url.username = '';
  url.password = '';
  return url;
}

const loginHeaders = (login: ReturnType<typeof loginIn>): Record<string, string> =>
  login === null ? {} : { authorization: basicLogin(login) };

async function textOf(
  body: Dispatcher.ResponseData['body'],
  headers: Exchange['headers'],
): Promise<string> {
  const declared = Number(headers['content-length'] ?? 0);
  if (declared > mostBytes) throw tooLarge(`${declared} bytes`);
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > mostBytes) throw tooLarge('more than 1 MiB');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

const tooLarge = (what: string): Unusable =>
  new Unusable('too_large', `the body has ${what}; 1 MiB is read at most`);

/** Finds services by their containers' addresses, and other names as the system does. */
const lookUp =
  (addresses: Readonly<Record<string, string>>): LookupFunction =>
  (hostname, options, found) => {
    const address = Object.hasOwn(addresses, hostname) ? addresses[hostname] : undefined;
    if (address === undefined) return dnsLookup(hostname, options, found);
    const family = address.includes(':') ? 6 : 4;
    if (options.all === true) return found(null, [{ address, family }]);
    return found(null, address, family);
  };
