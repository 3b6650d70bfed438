import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What a host needs to start `vx11 mcp`. */
export interface Launch {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** The folder of VX11 in its image, as the Dockerfile has it. */
export const imageFolder = '/app';
/** As `vx11 init compose` names the project, and the container in which commands are run. */
const project = 'vx11';
const container = 'tentaculo_link';

/** Whether VX11 in this folder is that of its image: the machine of the agent has no such files. */
export const isInImage = (folder: string): boolean =>
  folder === imageFolder && (existsSync('/.dockerenv') || existsSync('/run/.containerenv'));

/**
 * How a program of this machine starts `vx11 mcp`.
 * @param folder of VX11
 * @param env what the command needs to reach the gateway
 */
export function launchOf(folder: string, inImage: boolean, env: Record<string, string>): Launch {
  if (!inImage)
    return { command: process.execPath, args: [join(folder, 'scripts/vx11.mjs'), 'mcp'], env };
  const given = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const args = ['compose', '-p', project, 'exec', '-T', ...given, container, 'vx11', 'mcp'];
  return { command: 'docker', args, env: {} };
}
