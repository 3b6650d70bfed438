import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TemporalCredentials } from '../../platform/tls/temporal.ts';

type Tls = Exclude<TemporalCredentials['tls'], false>;

/** The connection preface of an HTTP/2 client (RFC 9113, 3.4), with default settings. */
const opening = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const typeAt = 3;
const settings = 4;

/** Whether a server at `host:port` answers with HTTP/2 settings, as gRPC does. A frozen server accepts connections but sends nothing. */
export function speaksHttp2(
  address: string,
  limitMs: number,
  { tls }: Pick<TemporalCredentials, 'tls'> = { tls: false },
): Promise<boolean> {
  const { host, port } = hostAndPort(address);
  const socket = tls === false ? connect(port, host) : connectSecurely(host, port, tls);
  const begun = tls === false ? 'connect' : 'secureConnect';
  return new Promise<boolean>((resolve) => {
    socket.setTimeout(limitMs, () => resolve(false));
    let received = Buffer.alloc(0);
    socket.on(begun, () => socket.write(opening));
    socket.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part]);
      if (received.length > typeAt) resolve(received[typeAt] === settings);
    });
    for (const end of ['error', 'close']) socket.on(end, () => resolve(false));
  }).finally(() => socket.destroy());
}

function hostAndPort(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return {
    host: address.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(address.slice(at + 1)),
  };
}

function connectSecurely(
  host: string,
  port: number,
  { serverRootCACertificate: ca, clientCertPair: pair, serverNameOverride }: Tls,
): Socket {
  const name = serverNameOverride ?? host;
  return connectTls({
    host,
    port,
    ALPNProtocols: ['h2'],
    minVersion: 'TLSv1.2',
    ...(isIP(name) === 0 && { servername: name }),
    ...(ca !== undefined && { ca: Buffer.from(ca) }),
    ...(pair !== undefined && { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) }),
  });
}
