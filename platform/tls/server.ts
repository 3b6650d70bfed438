import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { Live } from './live.ts';
import type { TlsMaterial } from './material.ts';

export interface SecureServerOptions {
  /** Called with a connection that begins with something other than TLS, such as plain HTTP; ends it. */
  onPlain: (socket: Socket) => void;
  /** Whether clients must show a certificate of the authorities in the material; others get 403 with the reason. */
  mutual?: boolean;
}

const unauthorized: Record<string, string> = {
  none: 'show a client certificate: this port takes processes of its installation only',
  CERT_HAS_EXPIRED: 'your certificate has expired: renew it',
  CERT_NOT_YET_VALID: 'your certificate is not valid yet: check the clocks',
};
const foreign = 'your certificate is not signed by the authority that this process trusts';

/** Answers requests of clients without an accepted certificate, before anything else sees them. */
const onlyKnown =
  (handler: RequestListener): RequestListener =>
  (request, response) => {
    const socket = request.socket as TLSSocket;
    if (socket.authorized) return handler(request, response);
    const shown = Object.keys(socket.getPeerCertificate()).length > 0;
    const detail = unauthorized[shown ? String(socket.authorizationError) : 'none'] ?? foreign;
    response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
    return response.end(JSON.stringify({ error: 'certificate_refused', detail }));
  };

/** The first byte of TLS: a record that holds a handshake (RFC 8446, 5.1). */
const handshake = 22;
const handshakeTimeout = 10_000;

const contextOf = ({ cert, key, ca }: TlsMaterial): SecureContextOptions => ({
  ...(cert !== undefined && { cert }),
  ...(key !== undefined && { key }),
  ...(ca !== undefined && { ca }),
  minVersion: 'TLSv1.2',
});

const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}|${remotePort}`;

/**
 * An HTTPS server that shows the material of the moment: new connections get new material, and open ones go on.
 * @param options as for `http.createServer`
 */
export function createSecureServer(
  handler: RequestListener,
  options: ServerOptions,
  live: Live<TlsMaterial>,
  { onPlain, mutual = false }: SecureServerOptions,
): Server {
  // a refusal in the handshake would reach the client as a broken connection
  const clients = { requestCert: mutual, rejectUnauthorized: false };
  const own = { ...contextOf(live.current()), ...clients, handshakeTimeout };
  const server = createServer({ ...options, ...own }, mutual ? onlyKnown(handler) : handler);
  const forget = live.onChange((material) => server.setSecureContext(contextOf(material)));
  server.on('close', forget);

  /** Connections without a finished handshake, which HTTP does not know yet. */
  const early = new Map<string, Socket>();
  const accept = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    early.set(name, socket);
    const gone = (): void => void socket.destroy();
    socket.once('close', () => early.delete(name));
    socket.once('error', gone);
    socket.setTimeout(handshakeTimeout, gone);
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.off('error', gone);
      socket.setTimeout(0).off('timeout', gone);
      socket.unshift(first);
      if (first[0] === handshake) for (const listener of accept) listener.call(server, socket);
      else onPlain(socket);
    });
  });
  server.on('secureConnection', (socket) => early.delete(nameOf(socket)));
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    for (const socket of early.values()) socket.destroy();
    closeIdle();
  };
  return server;
}
