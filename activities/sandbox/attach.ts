import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { EngineError } from '../engine/engine-error.ts';

/**
 * Attaches to a container's stdin, stdout and stderr as one raw stream, before it starts. Not done by the client library:
 * that one writes its options into the stream, and has no back pressure.
 * @param late ends the stream, even one that arrives after the caller has given up
 * @throws EngineError
 */
export function attach(socketPath: string, id: string, late: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      method: 'POST',
      path: `/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`,
      headers: { connection: 'Upgrade', upgrade: 'tcp' },
    });
    const giveUp = (): void => void call.destroy(new Error('it took too long'));
    late.addEventListener('abort', giveUp, { once: true });
    call.on('upgrade', (_, socket, head) => {
      // without a listener the first error would crash the process
      socket.on('error', () => undefined);
      late.addEventListener('abort', () => socket.destroy(), { once: true });
      if (late.aborted) socket.destroy();
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    call.on('response', (answer) => {
      answer.resume();
      const kind = answer.statusCode === 404 ? 'gone' : 'refused';
      reject(new EngineError(kind, `attach: ${answer.statusCode}`, undefined));
    });
    call.on('error', (error) => {
      reject(new EngineError('unavailable', `attach: ${error.message}`, error));
    });
    call.end();
  });
}
