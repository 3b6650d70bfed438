import { connect } from 'node:net';

/** What an HTTP/2 client says first (RFC 9113, 3.4), and settings of none but the defaults. */
const opening = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const typeAt = 3;
const settings = 4;

/** Whether a server at `host:port` answers as one of gRPC does: one that is frozen takes connections and says nothing. */
export function speaksHttp2(address: string, limitMs: number): Promise<boolean> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  const socket = connect(Number(address.slice(at + 1)), host);
  return new Promise<boolean>((resolve) => {
    socket.setTimeout(limitMs, () => resolve(false));
    let heard = Buffer.alloc(0);
    socket.on('connect', () => socket.write(opening));
    socket.on('data', (part: Buffer) => {
      heard = Buffer.concat([heard, part]);
      if (heard.length > typeAt) resolve(heard[typeAt] === settings);
    });
    for (const end of ['error', 'close']) socket.on(end, () => resolve(false));
  }).finally(() => socket.destroy());
}
