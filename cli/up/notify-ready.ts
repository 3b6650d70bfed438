import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Notifies systemd that VX11 is ready, if systemd has started it and waits for that. Rejects if systemd cannot be notified. */
export async function notifyReady(env: NodeJS.ProcessEnv): Promise<void> {
  if (!env['NOTIFY_SOCKET']) return;
  // Node has no Unix datagram sockets
  await promisify(execFile)('systemd-notify', ['--ready', '--status=ready'], { env });
}
