import { withoutPassword } from '../../contracts/env.ts';
import { operatorStatusAnswer } from '../../contracts/operator.ts';
import type { z } from 'zod';
import type { GatewayClient } from '../../client/gateway-client.ts';
import { isLoopback } from '../../platform/network/loopback.ts';
import type { UpSettings } from '../up/settings.ts';
import { ok, warn, type Check, type Finding } from './finding.ts';

type Status = z.infer<typeof operatorStatusAnswer>;
type Uses = Status['processes'][number]['uses'];

/** What the running madre reports about itself and about who manages the project. */
export interface RunningMadre {
  uses: Uses;
  version: string | null;
  host: string;
  project: Status['components'][string] | undefined;
  temporal: Status['components'][string] | undefined;
}

/**
 * Asks the gateway on this machine which files and addresses madre uses.
 * @returns null if the gateway does not answer or is on another machine, or if madre is not running; the checks then use
 *   the environment of this process
 */
export async function askRunning(gateway: () => GatewayClient): Promise<RunningMadre | null> {
  try {
    const client = gateway();
    if (!isLoopback(new URL(client.target.url).hostname)) return null;
    const status = await client.call('GET', '/operator/status', operatorStatusAnswer);
    const madre = status.processes.find(({ process }) => process === 'madre');
    if (madre === undefined) return null;
    const { uses, version, host } = madre;
    const { project, temporal } = status.components;
    return { uses, version, host, project, temporal };
  } catch {
    return null; // gatewayCheck reports the reason
  }
}

/** Returns the settings to check: those of the running madre, and those of this environment for the rest. */
export function settingsOfRunning(here: UpSettings, running: RunningMadre | null): UpSettings {
  if (running === null) return here;
  const { home, compose_file, docker_socket, store_url, temporal_address, compose_bin } =
    running.uses;
  const at = temporal_address?.lastIndexOf(':') ?? -1;
  return {
    ...here,
    host: running.host,
    home: home ?? here.home,
    composeFile: compose_file ?? here.composeFile,
    dockerSocket: docker_socket ?? here.dockerSocket,
    compose: compose_bin ? [compose_bin] : here.compose,
    ...(temporal_address &&
      at > 0 && {
        temporal: {
          host: temporal_address.slice(0, at),
          port: Number(temporal_address.slice(at + 1)),
        },
      }),
    // madre reports a server's address without its password, which only the environment has
    env: store_url?.startsWith('sqlite:') ? { ...here.env, VX11_STORE_URL: store_url } : here.env,
  };
}

/** Reports what madre uses, and warns where this command's environment differs from it. */
export const runningCheck = (
  here: UpSettings,
  { uses, version, host, project }: RunningMadre,
): Check => ({
  name: 'madre uses',
  fix: '',
  run: async () => [usesFinding(here, uses, host, version), ...projectFinding(project)],
});

export function usesFinding(
  here: UpSettings,
  uses: Uses,
  host: string,
  version: string | null,
): Finding {
  const pairs: [string, string | null | undefined, string | undefined][] = [
    ['VX11_HOST', host, here.host],
    ['VX11_HOME', uses.home, here.home],
    ['VX11_COMPOSE_FILE', uses.compose_file, here.composeFile],
    ['VX11_DOCKER_SOCKET', uses.docker_socket, here.dockerSocket],
    ['VX11_STORE_URL', uses.store_url, withoutPassword(here.env['VX11_STORE_URL'] ?? '')],
    ['TEMPORAL_ADDRESS', uses.temporal_address, `${here.temporal.host}:${here.temporal.port}`],
  ];
  const apart = pairs.filter(([, there, mine]) => there && there !== mine);
  const summary = `version ${version ?? 'unknown'}, ${uses.compose_file} through ${uses.docker_socket}, files in ${uses.home}`;
  if (apart.length === 0) return ok('madre uses', summary);
  const differences = apart.map(
    ([name, there, mine]) => `${name} is ${there} for madre and ${mine} here`,
  );
  return warn(
    'madre uses',
    `${differences.join('; ')}. The checks below use madre's settings`,
    'run this command with the environment that VX11 was started with, or name another gateway with --url',
  );
}

function projectFinding(project: RunningMadre['project']): Finding[] {
  if (project === undefined) return [];
  const { status, reason } = project;
  if (status === 'ok' && reason === undefined)
    return [ok('project', 'managed by this installation')];
  const other = 'stop the other installation, or give one of the compose files another name';
  return [warn('project', reason ?? status, other)];
}
