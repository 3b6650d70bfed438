import type { IncomingMessage, Server } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How much of an unwanted body is read, in bytes, and for how long, in ms, so that its sender reads the answer. */
const most = { bytes: 8 * 1024 * 1024, ms: 2000 };
const checkEveryMs = 20;

/** Whether the request's body has not arrived completely. */
export const isStillSent = (request: IncomingMessage): boolean =>
  !request.complete &&
  (request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0);

/**
 * Closes the connection of a request that is answered before all of its body was read, so that its sender still reads the
 * answer: closing with unread bytes resets the connection, and the answer is lost. Call it before sending the answer, which
 * must have `Connection: close`.
 */
export function closeAfterReading(request: IncomingMessage): void {
  const { socket } = request;
  // Node calls this once the answer has been handed to the system
  socket.destroySoon = () => {
    socket.end();
    const enough = socket.bytesRead + most.bytes;
    const end = Date.now() + most.ms;
    const timer = setInterval(() => {
      if (request.complete || socket.bytesRead > enough || Date.now() > end) socket.destroy();
    }, checkEveryMs);
    socket.once('close', () => clearInterval(timer));
  };
}

/** Ends a request that is still sent if its body has not arrived after so many ms; Node's own limit would hold for uploads, too. */
export function limitBody(
  server: Server,
  { raw }: FastifyRequest,
  reply: FastifyReply,
  ms: number,
): void {
  const late = setTimeout(() => {
    const error = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    if (!raw.complete) server.emit('clientError', error, raw.socket);
  }, ms);
  const end = (): void => clearTimeout(late);
  raw.once('end', end).once('close', end);
  reply.raw.once('finish', end).once('close', end);
}
