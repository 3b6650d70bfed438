import Docker from 'dockerode';
import {
  gvisorNeeds,
  lackingArguments,
  runtimesOf,
} from '../../activities/sandbox/engine-capabilities.ts';
import { noPrivateEngine, startPrivateEngine } from '../faults/harness/private-engine.ts';

/** An Engine with a runtime that gives each sandbox its own kernel. */
export interface OwnKernel {
  socketPath: string;
  runtime: string;
}

export type FoundKernel =
  { offer: OwnKernel; close: () => Promise<void> } | { offer: null; because: string };

const runtime = 'runsc';

/**
 * Finds gVisor: either the machine's Engine has it as a runtime, or VX11_TEST_RUNSC names its binary, which then gets a
 * private Engine.
 * @param image the sandbox image
 */
export async function findOwnKernel(image: string): Promise<FoundKernel> {
  const path = process.env['VX11_TEST_RUNSC'];
  if (path !== undefined) {
    if (noPrivateEngine !== null) return { offer: null, because: noPrivateEngine };
    const runtimeArgs = ['--platform=systrap', ...gvisorNeeds];
    const settings = { runtimes: { [runtime]: { path, runtimeArgs } } };
    const engine = await startPrivateEngine({ image, liveRestore: false, settings });
    return { offer: { socketPath: engine.socket, runtime }, close: () => engine.destroy() };
  }
  const offered = (await runtimesOf(new Docker())).get(runtime);
  if (offered === undefined)
    return {
      offer: null,
      because: `the Engine offers no ${runtime}, and VX11_TEST_RUNSC names none`,
    };
  const lacks = lackingArguments(offered);
  if (lacks.length > 0)
    return { offer: null, because: `the Engine gives its ${runtime} no ${lacks.join(' ')}` };
  const socketPath = '/var/run/docker.sock';
  return { offer: { socketPath, runtime }, close: () => Promise.resolve() };
}
