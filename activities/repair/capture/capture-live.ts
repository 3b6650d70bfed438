import { dirname } from 'node:path';
import type { Capture } from '../../../domain/repair/capture.ts';
import { ComposeError } from '../../compose/compose-error.ts';
import { projectFolder } from '../../compose/run.ts';
import { containersOf } from '../../power/host/containers.ts';
import type { PowerHost } from '../../power/host/host.ts';
import { captureOf, type CaptureInput, type CapturePlace } from './capture.ts';

/**
 * Everything that is known about a red run of the host's stack. Call it while the run's window is still open, after the
 * checks and before the close: sockets, health logs and the counters of cgroups are gone once a container is down. Later it
 * still returns what files, images and stopped containers show. If Compose refuses the files, its words are in the capture.
 * @param home the folder of VX11, which is no part of the stack
 * @throws an EngineError; the reason of `signal`
 */
export async function captureLive(
  power: PowerHost,
  { home, ...input }: CaptureInput & { home: string },
  signal: AbortSignal,
): Promise<Capture> {
  const catalog = await power.catalog.current();
  return captureOf(
    {
      engine: power.engine,
      containersOf: (service) => containersOf(power, service),
      project: catalog.project,
      compose: await livePlace(power),
      known: catalog.services.map(({ name }) => name),
      home,
    },
    input,
    signal,
  );
}

async function livePlace({ compose }: PowerHost): Promise<CapturePlace['compose']> {
  try {
    const call = await compose.call();
    const { files, envFiles } = call.source;
    const folder = projectFolder(call.source);
    return { folder, files, envFiles, ask: call.withWarnings };
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const folder = dirname(compose.named);
    return { folder, files: [], envFiles: [], ask: () => Promise.reject(error) };
  }
}
