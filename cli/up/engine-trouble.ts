import type Docker from 'dockerode';
import { timeout } from '../../platform/concurrency/timeout.ts';

/** Why the Engine cannot be used now, in one sentence. */
export interface EngineTrouble {
  /** True if waiting does not help, because a person has to act first. */
  permanent: boolean;
  sentence: string;
}

const pingMs = 3_000;

/** Pings the Engine once. Returns null if it answers; never throws. */
export async function engineTrouble(docker: Docker, socket: string): Promise<EngineTrouble | null> {
  try {
    await timeout(pingMs, 'asking the Engine', docker.ping());
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      return {
        permanent: true,
        sentence: `This user has no access to Docker at ${socket}. Run: sudo usermod -aG docker $USER   and log in again, or name another socket in VX11_DOCKER_SOCKET.`,
      };
    const why = code === 'ENOENT' ? 'the socket does not exist' : (code ?? message);
    return {
      permanent: false,
      sentence: `No Docker Engine answers at ${socket} (${why}), so no window can be opened. Start Docker; VX11 then continues by itself.`,
    };
  }
}
