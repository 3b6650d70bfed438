import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { testProgram } from './program.ts';
import { composeServices, removeProject, runningIn, type TestStack } from './stack.ts';
import { freePort } from './temporal.ts';
import { until } from './wait.ts';

/**
 * A power worker that acts as a second host beside a stack, with its own compose project and the same store, Temporal and
 * gateway. Its `madre` is that worker; its `destroy` does not touch the first host.
 */
export async function startSecondHost(
  one: TestStack,
  services: Record<string, Record<string, unknown>>,
): Promise<TestStack> {
  const project = `${one.project}b`;
  const home = await mkdtemp(join(tmpdir(), `${project}-`));
  await mkdir(join(home, 'stack'));
  const composeFile = join(home, 'stack', 'docker-compose.yml');
  const writeCompose = (next: typeof services): Promise<void> =>
    writeFile(composeFile, stringify({ name: project, services: composeServices(next) }));
  const env = {
    ...one.env,
    VX11_HOME: home,
    VX11_HOST: project,
    VX11_COMPOSE_FILE: composeFile,
    VX11_MADRE_PORT: String(await freePort()),
  };
  const args = ['workers/main.ts', 'power'];
  const worker = testProgram(process.execPath, args, env, join(home, 'power.log'));
  await writeCompose(services);
  worker.start();
  await until('the second host has reported its services', async () => {
    const { body } = await one.call('GET', '/vx11/status');
    return body.services.some((service: { host: string }) => service.host === project);
  });
  return {
    ...one,
    project,
    home,
    composeFile,
    env,
    madre: worker,
    writeCompose,
    running: () => runningIn(project),
    async destroy() {
      await worker.stop();
      await removeProject(project, home, one.docker);
      await rm(home, { recursive: true, force: true });
    },
  };
}
