import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);
const binary = { encoding: 'buffer', maxBuffer: 64 * 1024 ** 2 } as const;

/** How a test's registry behaves. A test may change the rules while it serves. */
export interface RegistryRules {
  /** Bytes per second for each layer; null is unlimited. */
  bytesPerSecond: number | null;
  /** Breaks the connection after this many bytes of a layer; null never does. */
  cutAfter: number | null;
  /** Answers every request for a manifest with this status, unless null. */
  status: number | null;
  /** If not null, only this user may pull. */
  user: { name: string; password: string } | null;
}

/** A registry (Docker Registry HTTP API V2) on loopback, for which the Engine accepts plain HTTP. */
export interface TestRegistry {
  /** `127.0.0.1:<port>` */
  address: string;
  rules: RegistryRules;
  /** Paths of the requested blobs and manifests, in order. */
  asked: string[];
  /** The number of layer bytes sent so far. */
  sent(): number;
  /** The number of layers that are being sent now. */
  sending(): number;
  /** Adds an image that no Engine has yet. @returns its name */
  add(name: string, options?: { megabytes?: number; architecture?: string }): Promise<string>;
  close(): Promise<void>;
}

const types = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

const digestOf = (content: Buffer): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Starts a registry in this process, on a free port. */
export async function startRegistry(): Promise<TestRegistry> {
  const rules: RegistryRules = { bytesPerSecond: null, cutAfter: null, status: null, user: null };
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const asked: string[] = [];
  let sent = 0;
  let sending = 0;

  const answer = (response: ServerResponse, status: number, code: string, message: string) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ code, message }] }));
  };
  const isAllowed = ({ headers }: IncomingMessage): boolean => {
    if (rules.user === null) return true;
    const { name, password } = rules.user;
    const wanted = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    return headers.authorization === wanted;
  };
  const sendLayer = async (
    response: ServerResponse,
    content: Buffer,
    from: number,
  ): Promise<void> => {
    const piece = Math.max(1, Math.floor((rules.bytesPerSecond ?? content.length * 20) / 20));
    sending += 1;
    try {
      for (let at = from; at < content.length && !response.destroyed; at += piece) {
        if (rules.cutAfter !== null && at >= rules.cutAfter) response.destroy();
        const part = content.subarray(at, at + piece);
        sent += part.length;
        response.write(part);
        if (rules.bytesPerSecond !== null) await sleep(50);
      }
      response.end();
    } finally {
      sending -= 1;
    }
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    if (!isAllowed(request)) {
      response.setHeader('www-authenticate', 'Basic realm="test"');
      return answer(response, 401, 'UNAUTHORIZED', 'authentication required');
    }
    if (path === '/v2/') return void response.writeHead(200).end('{}');
    asked.push(path);
    const [, kind, name] = /\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
    if (kind === 'manifests' && rules.status !== null) {
      const codes: Record<number, string> = { 403: 'DENIED', 429: 'TOOMANYREQUESTS' };
      const texts: Record<number, string> = {
        403: 'requested access to the resource is denied',
        429: 'You have reached your pull rate limit',
      };
      const { status } = rules;
      return answer(response, status, codes[status] ?? 'UNKNOWN', texts[status] ?? 'out of order');
    }
    const found =
      kind === 'manifests' ? manifests.get(path.slice('/v2/'.length)) : blobs.get(name ?? '');
    if (found === undefined)
      return answer(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown to this registry');
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from > 0)
      response.setHeader('content-range', `bytes ${from}-${found.length - 1}/${found.length}`);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-type': kind === 'manifests' ? types.manifest : 'application/octet-stream',
      'docker-content-digest': digestOf(found),
      'content-length': found.length - from,
    });
    if (request.method === 'HEAD') return void response.end();
    return kind === 'blobs' ? sendLayer(response, found, from) : void response.end(found);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const put = (content: Buffer, mediaType: string) => {
    const digest = digestOf(content);
    blobs.set(digest, content);
    return { mediaType, size: content.length, digest };
  };

  return {
    address,
    rules,
    asked,
    sent: () => sent,
    sending: () => sending,
    async add(name, { megabytes = 1, architecture } = {}) {
      const base = await tinyImage();
      const own = tarOf('filler', randomBytes(megabytes * 1e6));
      const layers = [...base.layers, own];
      const config = {
        ...base.config,
        ...(architecture !== undefined && { architecture }),
        rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
        history: layers.map(() => ({ created_by: 'test' })),
      };
      const manifest = {
        schemaVersion: 2,
        mediaType: types.manifest,
        config: put(Buffer.from(JSON.stringify(config)), types.config),
        layers: layers.map((layer) => put(gzipSync(layer, { level: 1 }), types.layer)),
      };
      const text = Buffer.from(JSON.stringify(manifest));
      manifests.set(`${name}/manifests/1`, text);
      manifests.set(`${name}/manifests/${digestOf(text)}`, text);
      return `${address}/${name}:1`;
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

let tiny: Promise<{ config: Record<string, unknown>; layers: Buffer[] }> | null = null;

/** Returns the layers and the config of the tests' tiny image, read with `docker save`. */
const tinyImage = (): NonNullable<typeof tiny> => (tiny ??= saveTiny());

async function saveTiny() {
  const files = readTar((await run('docker', ['save', 'vx11-tiny:local'], binary)).stdout);
  const of = (name: string): Buffer => files.get(name)!;
  const [manifest] = JSON.parse(of('manifest.json').toString()) as [
    { Config: string; Layers: string[] },
  ];
  const config = JSON.parse(of(manifest.Config).toString()) as Record<string, unknown>;
  return { config, layers: manifest.Layers.map(of) };
}

/** Reads an archive (POSIX ustar). Returns its files by name. */
function readTar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const field = (from: number, to: number): string =>
      archive.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 136), 8);
    files.set(field(0, 100), archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** Writes an archive (POSIX ustar) of one file. */
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148); // the checksum counts its own field as spaces
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const rest = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, rest, Buffer.alloc(1024)]);
}

/** Removes images at the end of the test. */
export function removeAfterTest(...images: string[]): void {
  onTestFinished(async () => {
    for (const image of images) await run('docker', ['rmi', '-f', image]).catch(() => undefined);
  });
}
