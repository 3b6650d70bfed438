import { engineAt } from '../up/engine.ts';
import {
  lackingArguments,
  missingFor,
  runtimesOf,
} from '../../activities/sandbox/engine-capabilities.ts';
import { envVariables } from '../../contracts/env.ts';
import type { UpSettings } from '../up/settings.ts';
import { fail, ok, warn, type Check, type Finding } from './finding.ts';

/** Checks what the sandboxes of tasks need: their image, and the runtime in VX11_SANDBOX_RUNTIME. */
export const sandboxesCheck = ({ dockerSocket, env }: UpSettings): Check => ({
  name: 'sandboxes',
  fix: 'start Docker first',
  async run() {
    const { docker } = engineAt(dockerSocket);
    const image = envVariables.VX11_SANDBOX_IMAGE.parse(env['VX11_SANDBOX_IMAGE']);
    const runtime = env['VX11_SANDBOX_RUNTIME'] || null;
    const missing = await missingFor(docker, { image, runtime });
    if (missing?.cause === 'runtime_missing')
      return [fail('sandboxes', `the Engine has no runtime ${runtime}`, missing.fix)];
    if (missing?.cause === 'limits_missing')
      return [
        warn(
          'sandboxes',
          'the Engine cannot limit memory and processes: no task can run',
          missing.fix,
        ),
      ];
    if (missing !== null)
      return [warn('sandboxes', `no image ${image}: no task can run`, missing.fix)];
    const known = runtime === null ? undefined : (await runtimesOf(docker)).get(runtime);
    return [runtimeFinding(image, runtime, known === undefined ? [] : lackingArguments(known))];
  },
});

/** @param lacking arguments that the gVisor runtime needs in daemon.json and does not have */
export function runtimeFinding(image: string, runtime: string | null, lacking: string[]): Finding {
  if (runtime === null) return ok('sandboxes', image);
  if (lacking.length === 0) return ok('sandboxes', `${image}, by ${runtime}`);
  return warn(
    'sandboxes',
    `${runtime} runs without ${lacking.join(' ')}: it ignores the list of permitted system calls, or has no loopback`,
    `add ${lacking.join(' ')} to the runtimeArgs of ${runtime} in /etc/docker/daemon.json and reload dockerd (kill -HUP)`,
  );
}
