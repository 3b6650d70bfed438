import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a channel received. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  // tests read many shapes
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
  text: string;
}

export interface Receiver {
  url: string;
  got: Received[];
  /** How the next requests are answered; 204 by default. */
  answer: (reply: ServerResponse, request: Received) => void;
  close(): void;
}

/** A receiver of messages on this machine. */
export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = {
    url: '',
    got: [],
    answer: (reply) => void reply.writeHead(204).end(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  const server = createServer((request, reply) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const got = { path: request.url!, headers: request.headers, body: JSON.parse(text), text };
      receiver.got.push(got);
      receiver.answer(reply, got);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}
