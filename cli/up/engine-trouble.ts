import type Docker from 'dockerode';
import { timeout } from '../../platform/timeout.ts';

/** What keeps us from the Engine now, in one sentence. */
export interface EngineTrouble {
  /** Waiting does not help: a person has to do something first. */
  lasting: boolean;
  sentence: string;
}

const pingMs = 3_000;

/** Asks the Engine once; null where it answers. Never throws. */
export async function engineTrouble(docker: Docker, socket: string): Promise<EngineTrouble | null> {
  try {
    await timeout(pingMs, 'asking the Engine', docker.ping());
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      return {
        lasting: true,
        sentence: `This user may not use Docker at ${socket}. Run: sudo usermod -aG docker $USER   and log in again, or name another socket in VX11_DOCKER_SOCKET.`,
      };
    const why = code === 'ENOENT' ? 'there is no such socket' : (code ?? message);
    return {
      lasting: false,
      sentence: `No Docker Engine answers at ${socket} (${why}): nothing can be opened until it does. Start it; VX11 goes on by itself.`,
    };
  }
}
