import { connect } from 'node:net';

/** The connection preface of an HTTP/2 client (RFC 9113, 3.4), with default settings. */
const opening = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const typeAt = 3;
const settings = 4;

/** Whether a server at `host:port` answers with HTTP/2 settings, as gRPC does. A frozen server accepts connections but sends nothing. */
export function speaksHttp2(address: string, limitMs: number): Promise<boolean> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  const socket = connect(Number(address.slice(at + 1)), host);
  return new Promise<boolean>((resolve) => {
    socket.setTimeout(limitMs, () => resolve(false));
    let received = Buffer.alloc(0);
    socket.on('connect', () => socket.write(opening));
    socket.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part]);
      if (received.length > typeAt) resolve(received[typeAt] === settings);
    });
    for (const end of ['error', 'close']) socket.on(end, () => resolve(false));
  }).finally(() => socket.destroy());
}
