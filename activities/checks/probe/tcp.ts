import { connect } from 'node:net';

/** Connects to `tcp://host:port` and closes the connection. @throws the error of the connection; the signal's reason */
export function connects(
  url: string,
  addresses: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const { hostname, port } = new URL(url.replace(/^tcp:/, 'http:'));
  const host = Object.hasOwn(addresses, hostname) ? addresses[hostname]! : hostname;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port || 80) });
    const stop = (): void => void socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    socket
      .once('connect', () => {
        socket.destroy();
        resolve();
      })
      .once('error', reject)
      .once('close', () => signal.removeEventListener('abort', stop));
    if (signal.aborted) stop();
  });
}
