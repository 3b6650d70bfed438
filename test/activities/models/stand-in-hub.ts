import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pause } from '../../../platform/concurrency/pause.ts';

/** How the origin of the bytes treats the next requests. */
export interface HubMode {
  /** Destroys the connection after so many bytes of each answer. */
  cutAfter?: number;
  /** Sends without a length, and ends well after so many bytes. */
  shortAfter?: number;
  /** Sends the right length with one byte changed, in so many answers. */
  flips?: number;
  /** Sends so many bytes more than the file has. */
  extra?: number;
  /** Answers 200 with everything to a range. */
  ignoresRange?: boolean;
  /** Answers 206 from the first byte, whatever was asked for. */
  wrongStart?: boolean;
  weakEtag?: boolean;
  etag?: string;
  /** Bytes a second. */
  speed?: number;
  /** Every signed link has expired already, in so many answers. */
  expired?: number;
  /** The hub's own answers: a status with headers, for so many requests. */
  refuse?: { status: number; headers?: Record<string, string>; times: number; path?: RegExp };
  /** Sends elsewhere than to the second origin. */
  location?: string;
  /** What the first answer says of the file, in place of what is right. */
  linked?: { size?: number; sha256?: string; commit?: string };
}

export interface HubRepo {
  files: Record<string, Buffer>;
  /** Paths whose bytes the hub stores as git objects, without sha256. */
  small?: string[];
  gated?: boolean;
  license?: string;
}

/** What the stand-in has seen. */
export interface HubCounts {
  /** Requests to the hub itself, by path without its query. */
  asked: string[];
  /** Requests for bytes: their `Range`, or null. */
  ranges: (string | null)[];
  /** Bytes that were sent from the second origin. */
  bytes: number;
  /** Requests to the second origin with an `Authorization`: it answers 400 to them. */
  leaked: number;
}

export interface StandInHub {
  url: string;
  mode: HubMode;
  counts: HubCounts;
  commit: string;
  repos: Record<string, HubRepo>;
  close(): Promise<void>;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const gitId = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const perPage = 2;

/**
 * A hub as huggingface.co is one: listings in pages, files by a 302 to a second origin with a signed link that expires, and
 * headers about the file on the first answer. Repositories without access answer 401, or 403 with a token.
 * @param host the address to listen on, and the name under which clients know it
 */
export async function startHub(
  repos: Record<string, HubRepo>,
  { bind = '127.0.0.1', host = bind }: { bind?: string; host?: string } = {},
): Promise<StandInHub> {
  const commit = sha256(Buffer.from('commit')).slice(0, 40);
  const secret = randomBytes(8).toString('hex');
  const counts: HubCounts = { asked: [], ranges: [], bytes: 0, leaked: 0 };
  const hub: StandInHub = {
    url: '',
    mode: {},
    counts,
    commit,
    repos,
    close: async () => undefined,
  };
  let elsewhere = '';

  const answer = (response: ServerResponse, status: number, headers: object, body = ''): void => {
    response.writeHead(status, headers as Record<string, string>).end(body);
  };
  const json = (response: ServerResponse, body: unknown, headers: object = {}): void =>
    answer(response, 200, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
  const about = (id: string, { files, gated = false, license = 'mit' }: HubRepo) => ({
    id,
    sha: commit,
    gated: gated ? 'manual' : false,
    downloads: 12,
    likes: 3,
    tags: ['gguf', `license:${license}`],
    siblings: Object.keys(files).map((rfilename) => ({ rfilename })),
  });
  /** A page of a listing, with the link to the next one. */
  const page = (url: URL, all: readonly unknown[], response: ServerResponse): void => {
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const next = new URL(url);
    next.searchParams.set('cursor', String(from + perPage));
    const more = from + perPage < all.length;
    const headers = more ? { link: `<${next.href}>; rel="next"` } : {};
    json(response, all.slice(from, from + perPage), headers);
  };

  const serveHub = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url!, hub.url);
    counts.asked.push(url.pathname);
    const { refuse } = hub.mode;
    if (refuse !== undefined && refuse.times > 0 && (refuse.path?.test(url.pathname) ?? true)) {
      refuse.times -= 1;
      return answer(response, refuse.status, refuse.headers ?? {});
    }
    if (url.pathname === '/api/models') {
      const wanted = url.searchParams.get('search') ?? '';
      const found = Object.entries(repos).filter(([id]) => id.includes(wanted));
      return page(
        url,
        found.map(([id, repo]) => about(id, repo)),
        response,
      );
    }
    const match =
      /^(?:\/api\/models)?\/([\w.-]+\/[\w.-]+)\/(revision|tree|resolve)\/([^/]+)(?:\/(.+))?$/.exec(
        url.pathname,
      );
    const [, id = '', what, revision = '', path = ''] = match ?? [];
    const repo = repos[id];
    if (repo === undefined) return answer(response, 404, { 'x-error-code': 'RepoNotFound' });
    if (!['main', commit].includes(revision))
      return answer(response, 404, { 'x-error-code': 'RevisionNotFound' });
    if (what === 'revision') return json(response, about(id, repo));
    if (what === 'tree') return page(url, listing(repo), response);
    if (repo.gated === true && request.headers.authorization !== 'Bearer granted') {
      const status = request.headers.authorization === undefined ? 401 : 403;
      return answer(response, status, { 'x-error-code': 'GatedRepo' });
    }
    const bytes = repo.files[decodeURIComponent(path)];
    if (bytes === undefined) return answer(response, 404, { 'x-error-code': 'EntryNotFound' });
    const { expired = 0, location, linked = {} } = hub.mode;
    if (expired > 0) hub.mode.expired = expired - 1;
    const until = Date.now() + (expired > 0 ? -1000 : 60_000);
    const signature = sha256(Buffer.from(`${secret} ${until}`)).slice(0, 16);
    return answer(response, 302, {
      location: location ?? `${elsewhere}/${id}/${path}?until=${until}&signature=${signature}`,
      'x-repo-commit': linked.commit ?? commit,
      'x-linked-size': String(linked.size ?? bytes.length),
      'x-linked-etag': `"${linked.sha256 ?? sha256(bytes)}"`,
    });
  };
  const listing = ({ files, small = [] }: HubRepo): object[] => [
    { type: 'directory', path: 'folder', size: 0, oid: 'd' },
    ...Object.entries(files).map(([path, bytes]) => ({
      type: 'file',
      path,
      size: small.includes(path) ? bytes.length : 130,
      oid: gitId(bytes),
      ...(!small.includes(path) && { lfs: { oid: sha256(bytes), size: bytes.length } }),
    })),
  ];

  const serveBytes = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url!, elsewhere);
    if (request.headers.authorization !== undefined) {
      counts.leaked += 1;
      return answer(response, 400, {});
    }
    const until = url.searchParams.get('until') ?? '';
    const signature = sha256(Buffer.from(`${secret} ${until}`)).slice(0, 16);
    if (url.searchParams.get('signature') !== signature || Number(until) < Date.now())
      return answer(response, 403, {});
    const [, owner, name, ...path] = decodeURIComponent(url.pathname).split('/');
    const whole = repos[`${owner}/${name}`]!.files[path.join('/')]!;
    const { mode } = hub;
    const etag =
      mode.etag ?? `${mode.weakEtag === true ? 'W/' : ''}"${sha256(whole).slice(0, 16)}"`;
    const { range = null, 'if-range': condition } = request.headers;
    counts.ranges.push(range);
    const asked = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const isPart = range !== null && mode.ignoresRange !== true && (condition ?? etag) === etag;
    if (isPart && asked >= whole.length)
      return answer(response, 416, { 'content-range': `bytes */${whole.length}` });
    const from = isPart && mode.wrongStart !== true ? asked : 0;
    let body = Buffer.concat([whole.subarray(from), Buffer.alloc(mode.extra ?? 0)]);
    if ((mode.flips ?? 0) > 0) {
      mode.flips! -= 1;
      body = Buffer.from(body);
      body[body.length - 1]! ^= 1;
    }
    response.writeHead(isPart ? 206 : 200, {
      etag,
      ...(isPart && { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` }),
      ...(mode.shortAfter === undefined && { 'content-length': String(body.length) }),
    });
    await send(response, body, mode);
  };
  const send = async (response: ServerResponse, body: Buffer, mode: HubMode): Promise<void> => {
    const { cutAfter, shortAfter, speed } = mode;
    const last = Math.min(body.length, cutAfter ?? Infinity, shortAfter ?? Infinity);
    const step = speed === undefined ? 64 * 1024 : Math.max(1, Math.floor(speed / 20));
    for (let at = 0; at < last && !response.destroyed; at += step) {
      const piece = body.subarray(at, Math.min(last, at + step));
      counts.bytes += piece.length;
      await new Promise((done) => response.write(piece, done));
      if (speed !== undefined) await pause(50);
    }
    if (cutAfter !== undefined && last < body.length) response.destroy();
    else response.end();
  };

  const servers = [
    createServer(serveHub),
    createServer((request, response) => void serveBytes(request, response)),
  ];
  [hub.url, elsewhere] = (await Promise.all(servers.map((one) => listen(one, bind, host)))) as [
    string,
    string,
  ];
  hub.close = async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
  return hub;
}

async function listen(server: Server, bind: string, host: string): Promise<string> {
  await new Promise<void>((done) => server.listen(0, bind, done));
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** A file with the header of a GGUF model, and random bytes behind it. */
export function ggufFile(bytes: number, { architecture = 'llama', context = 2048 } = {}): Buffer {
  const text = (value: string): Buffer => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(value.length));
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const number = (value: number, width: 4 | 8): Buffer => {
    const buffer = Buffer.alloc(width);
    if (width === 4) buffer.writeUInt32LE(value);
    else buffer.writeBigUInt64LE(BigInt(value));
    return buffer;
  };
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    number(3, 4),
    number(1, 8),
    number(3, 8),
    text('general.architecture'),
    number(8, 4),
    text(architecture),
    text('tokenizer.tokens'),
    number(9, 4),
    number(8, 4),
    number(2, 8),
    text('a'),
    text('bc'),
    text(`${architecture}.context_length`),
    number(4, 4),
    number(context, 4),
  ]);
  return Buffer.concat([head, randomBytes(Math.max(0, bytes - head.length))]);
}
