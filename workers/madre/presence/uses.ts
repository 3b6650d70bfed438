import { withoutPassword } from '../../../contracts/env.ts';

/** The settings that this process publishes, so that `vx11 doctor` checks the same ones. */
export const usesOf = (env: {
  VX11_HOME: string;
  VX11_COMPOSE_FILE: string;
  VX11_COMPOSE_BIN?: string | undefined;
  VX11_DOCKER_SOCKET: string;
  VX11_STORE_URL: string;
  VX11_GUARD: string;
  TEMPORAL_ADDRESS: string;
}): Record<string, string | number | null> => ({
  home: env.VX11_HOME,
  compose_file: env.VX11_COMPOSE_FILE,
  compose_bin: env.VX11_COMPOSE_BIN ?? null,
  docker_socket: env.VX11_DOCKER_SOCKET,
  store_url: withoutPassword(env.VX11_STORE_URL),
  temporal_address: env.TEMPORAL_ADDRESS,
  guard: env.VX11_GUARD,
  pid: process.pid,
});
