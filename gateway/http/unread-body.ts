import type { IncomingMessage } from 'node:http';

/** How much of a body that nobody wants is taken, in bytes, and for how long, in ms, so that its sender reads the answer. */
const most = { bytes: 8 * 1024 * 1024, ms: 2000 };
const lookEveryMs = 20;

/** Whether more of a request's body is to come. */
export const isStillSent = (request: IncomingMessage): boolean =>
  !request.complete &&
  (request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0);

/**
 * Closes the connection of a request that is answered before all of it was read in such a way that its sender reads the
 * answer: an end that leaves bytes unread resets the connection, and what was sent is lost. To be called before the answer is
 * sent, which has to say `Connection: close`.
 */
export function closeAfterReading(request: IncomingMessage): void {
  const { socket } = request;
  // what Node calls when the answer has been handed to the system
  socket.destroySoon = () => {
    socket.end();
    const enough = socket.bytesRead + most.bytes;
    const end = Date.now() + most.ms;
    const look = setInterval(() => {
      if (request.complete || socket.bytesRead > enough || Date.now() > end) socket.destroy();
    }, lookEveryMs);
    socket.once('close', () => clearInterval(look));
  };
}
