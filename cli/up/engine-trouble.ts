import type Docker from 'dockerode';
import { isPodman, type EngineParts } from '../../activities/engine/podman.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { podmanAdvice, takesPodman } from '../../platform/engine-address.mjs';

/** Why the Engine cannot be used now, in one sentence. */
export interface EngineTrouble {
  /** True if waiting does not help, because a person has to act first. */
  permanent: boolean;
  sentence: string;
}

const askMs = 3_000;

/**
 * Asks the Engine once what it is. Returns null if it answers, and is Docker's or was named for VX11; never throws.
 * @param from what names the socket
 */
export async function engineTrouble(
  docker: Docker,
  socket: string,
  from: string | null,
): Promise<EngineTrouble | null> {
  try {
    const version = (await timeout(askMs, 'asking the Engine', docker.version())) as EngineParts;
    if (takesPodman(from) || !isPodman(version)) return null;
    return { permanent: true, sentence: podmanAdvice(socket) };
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
