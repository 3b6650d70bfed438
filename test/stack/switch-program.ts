import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProviderEntry } from '../../contracts/provider.ts';
import { testProgram, type TestProgram } from './program.ts';
import type { TestStack } from './stack.ts';
import { freePort } from './temporal.ts';
import { until } from './wait.ts';

/** Settings with which a gateway finds a switch that runs beside it. */
export async function switchSettings(): Promise<Record<string, string>> {
  const port = await freePort();
  return {
    VX11_SWITCH_PORT: String(port),
    VX11_SWITCH_URL: `http://127.0.0.1:${port}`,
    VX11_INTERNAL_KEY: 'the-internal-key-of-tests',
  };
}

/** Runs switch as its container does; the stack's service `switch` only stands for its window. Waits until it answers. */
export async function startSwitchProgram(
  { home, env }: Pick<TestStack, 'home' | 'env'>,
  providers: readonly ProviderEntry[],
): Promise<TestProgram & { ready(): Promise<void> }> {
  const file = join(home, 'providers.yaml');
  await writeFile(file, JSON.stringify({ providers }));
  const program = testProgram(
    process.execPath,
    ['workers/main.ts', 'switch'],
    { ...env, VX11_PROVIDERS_FILE: file },
    join(home, 'switch.log'),
  );
  const answers = (): Promise<boolean> =>
    fetch(`${env['VX11_SWITCH_URL']}/health`).then(
      () => true,
      () => false,
    );
  const ready = async (): Promise<void> => void (await until('switch answers', answers, 60_000));
  program.start();
  await ready();
  return { ...program, ready };
}
