import { once } from 'node:events';
import {
  connect,
  createSecureServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Certificate } from './authority.ts';

/** A Temporal that takes TLS only, in front of a real one without. */
export interface TemporalFront {
  port: number;
  /** Each call that it let through: its method, the name in the client's certificate, and the API key. */
  calls: { method: string; client: string | undefined; key: string | undefined }[];
  /** From now on, calls need this API key. */
  require(key: string): void;
  /** From now on, calls of these methods are refused with this gRPC status. */
  refuse(methods: readonly string[], status: number): void;
  /** Cuts the connections of clients with this name in their certificate. */
  cut(client: string): void;
  close(): Promise<void>;
}

const clientOf = (session: ServerHttp2Session | undefined): string | undefined =>
  (session?.socket as TLSSocket | undefined)?.getPeerCertificate().subject?.CN as
    string | undefined;

interface Options {
  /** Clients must show a certificate of this authority. */
  clientCa?: string;
  apiKey?: string;
}

/** @param upstream the address of the real one */
export async function startTemporalFront(
  upstream: string,
  own: Certificate,
  { clientCa, apiKey }: Options = {},
): Promise<TemporalFront> {
  let needed = apiKey;
  let refused: { methods: readonly string[]; status: number } = { methods: [], status: 0 };
  const calls: TemporalFront['calls'] = [];
  const sessions = new Set<ServerHttp2Session | ClientHttp2Session>();
  const clients = new Map<ServerHttp2Session, string | undefined>();
  const server = createSecureServer({
    cert: readFileSync(own.cert),
    key: readFileSync(own.key),
    ...(clientCa !== undefined && {
      ca: readFileSync(clientCa),
      requestCert: true,
      rejectUnauthorized: true,
    }),
  });
  const serve = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    to: ClientHttp2Session,
  ): void => {
    const refuse = (status: number, message: string): void => {
      const refusal = { 'grpc-status': String(status), 'grpc-message': message };
      const about = { ':status': 200, 'content-type': 'application/grpc' };
      stream.respond({ ...about, ...refusal }, { endStream: true });
    };
    const key = headers.authorization?.replace('Bearer ', '');
    if (needed !== undefined && key !== needed) return refuse(16, 'this API key is not accepted');
    const method = String(headers[':path']).split('/').at(-1)!;
    if (refused.methods.includes(method)) return refuse(refused.status, 'Request unauthorized.');
    calls.push({ method, client: clientOf(stream.session as ServerHttp2Session), key });
    const request = to.request(headers);
    request.on('error', () => stream.destroy());
    stream.on('close', () => request.destroy());
    let trailers: IncomingHttpHeaders = {};
    request.on('response', (answer, flags) => {
      if (stream.destroyed) return;
      const ends = (flags & 1) === 1;
      stream.respond(answer, ends ? { endStream: true } : { waitForTrailers: true });
      if (!ends) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    });
    request.on('trailers', (sent) => (trailers = sent));
    request.on('end', () => void (stream.writable && stream.end()));
    request.on('data', (part) => void (stream.writable && stream.write(part)));
    stream.pipe(request);
  };
  server.on('session', (from) => {
    const to = connect(`http://${upstream}`);
    clients.set(from, clientOf(from));
    from.on('close', () => clients.delete(from));
    for (const one of [from, to]) {
      sessions.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        sessions.delete(one);
        from.destroy();
        to.destroy();
      });
    }
    from.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => undefined);
      serve(stream, headers, to);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    require: (key) => void (needed = key),
    refuse: (methods, status) => void (refused = { methods, status }),
    cut(client) {
      for (const [session, name] of clients) if (name === client) session.destroy();
    },
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
