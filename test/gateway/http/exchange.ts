import { connect } from 'node:net';
import { adminToken } from '../fixture.ts';

/** Headers of a valid request, after which the connection ends. */
export const head = `Host: localhost\r\nX-VX11-Token: ${adminToken}\r\nConnection: close\r\n`;
export const json = 'Content-Type: application/json\r\n';

/** The answer on a bare connection. */
export interface RawAnswer {
  status: number;
  headers: string;
  body: { error: string } | null;
}

/** Sends raw bytes to a local port and reads until the other side ends the connection. */
export function exchange(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      const [headers = '', body = ''] = answer.split('\r\n\r\n', 2);
      resolve({
        status: Number(/^HTTP\/1.1 (\d+)/.exec(headers)?.[1]),
        headers: headers.toLowerCase(),
        body: body === '' ? null : (JSON.parse(body) as { error: string }),
      });
    });
  });
}
