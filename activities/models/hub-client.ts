import { isIP } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import { refusalOf } from '../../domain/models/hub-refusal.ts';
import { isPublicAddress } from '../../platform/network/public-address.ts';
import { publicLookup } from '../../platform/network/public-lookup.ts';
import { ModelFailure } from './failure.ts';

const headersMs = 30_000;
/** A body that stands still for longer is given up. */
const stallMs = 60_000;
const mostRedirects = 5;
const mostJson = 4 * 1024 * 1024;

/**
 * An answer after all redirects. Its body has to be read or destroyed. It ends early, without an error, if the connection
 * breaks: its length has to be proved.
 */
export interface HubAnswer {
  status: number;
  header(name: string): string | null;
  /** A header of the hub's own answer, before it sent us elsewhere. */
  firstHeader(name: string): string | null;
  body: Readable;
  /** Where the answer is from. */
  url: URL;
  /** Whether it is from another origin, by a link of the hub. */
  signed: boolean;
}

export interface HubClient {
  /** Sends a GET to a path of the hub, or to a URL of it. Throws a ModelFailure if no connection is possible. */
  ask(
    path: string | URL,
    call: { headers?: Record<string, string>; signal: AbortSignal },
  ): Promise<HubAnswer>;
  /** The JSON of an answer, and its headers. @param what for people: which repository or file is asked for */
  json(
    path: string | URL,
    what: string,
    signal: AbortSignal,
  ): Promise<{ body: unknown; header: HubAnswer['header'] }>;
  /** Turns a refusal into a ModelFailure, and ends the body. */
  refuse(answer: HubAnswer, what: string): Promise<never>;
}

/**
 * A client of the hub at `url`. The token goes to the hub's own origin only. A hub that speaks HTTPS may send us to public
 * HTTPS addresses only; one that speaks HTTP, such as a mirror in the same network, anywhere.
 */
export function createHubClient({ url, token }: { url: string; token: string | null }): HubClient {
  const hub = new URL(url);
  const isStrict = hub.protocol === 'https:';
  const refuse = (why: string) => new ModelFailure('hub_refused', `The hub leads astray: ${why}.`);
  const limits = { headersTimeout: headersMs, bodyTimeout: stallMs };
  const own = new Agent(limits);
  const elsewhere = isStrict
    ? new Agent({ ...limits, connect: { lookup: publicLookup(refuse) } })
    : own;
  const mayFollow = (to: URL): void => {
    const host = to.hostname.replace(/^\[|\]$/g, '');
    if (to.username !== '' || !/^https?:$/.test(to.protocol)) throw refuse(`to ${to.protocol}`);
    if (isStrict && to.protocol !== 'https:') throw refuse(`to plain HTTP at ${host}`);
    if (isStrict && isIP(host) !== 0 && !isPublicAddress(host)) throw refuse(`to ${host}`);
  };
  const send = async (
    to: URL,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const isOwn = to.origin === hub.origin;
    try {
      return await request(to, {
        dispatcher: isOwn ? own : elsewhere,
        headers: {
          'user-agent': 'vx11',
          'accept-encoding': 'identity',
          ...headers,
          ...(isOwn && token !== null && { authorization: `Bearer ${token}` }),
        },
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ModelFailure) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const detail = `${to.host} does not answer: ${why.slice(0, 200)}`;
      throw new ModelFailure('hub_unavailable', detail, { retry: true });
    }
  };
  const client: HubClient = {
    async ask(path, { headers = {}, signal }) {
      let at = new URL(path, hub);
      if (at.origin !== hub.origin) throw refuse(`to ${at.host}`);
      let first: Dispatcher.ResponseData | null = null;
      for (let hops = 0; ; hops += 1) {
        const answer = await send(at, headers, signal);
        first ??= answer;
        const next = headerOf(answer, 'location');
        if (!/^30[12378]$/.test(String(answer.statusCode)) || next === null) {
          return {
            status: answer.statusCode,
            header: (name) => headerOf(answer, name),
            firstHeader: (name) => headerOf(first!, name),
            body: received(answer.body),
            url: at,
            signed: at.origin !== hub.origin,
          };
        }
        answer.body.on('error', () => undefined).destroy();
        if (hops === mostRedirects || !URL.canParse(next, at)) throw refuse('in a circle');
        at = new URL(next, at);
        mayFollow(at);
      }
    },
    async json(path, what, signal) {
      const answer = await client.ask(path, { signal });
      if (answer.status !== 200) return client.refuse(answer, what);
      const { header } = answer;
      try {
        return { body: JSON.parse(await textOf(answer.body)) as unknown, header };
      } catch (error) {
        signal.throwIfAborted();
        const detail = `The answer of the hub for ${what} cannot be read.`;
        throw new ModelFailure('hub_unavailable', detail, {
          retry: !(error instanceof SyntaxError),
        });
      }
    },
    refuse({ status, header, signed, body }, what) {
      body.destroy();
      const hasToken = token !== null;
      const { cause, detail, ...again } = refusalOf({ status, header, what, signed, hasToken });
      throw new ModelFailure(cause, detail, again);
    },
  };
  return client;
}

const headerOf = ({ headers }: Dispatcher.ResponseData, name: string): string | null => {
  const value = headers[name.toLowerCase()];
  return (Array.isArray(value) ? value[0] : value) ?? null;
};

/**
 * A body with everything that arrived, also just before its connection broke: a broken stream forgets that, and nobody
 * would get further over a connection that breaks often.
 */
function received(body: Readable): Readable {
  const kept = new PassThrough();
  body.on('error', () => kept.end());
  kept.on('close', () => body.destroy());
  return body.pipe(kept);
}

async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostJson) throw new RangeError('it is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
