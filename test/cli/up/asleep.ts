import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { newInstallation } from './supervised.ts';
import { until } from './temporary-home.ts';

type Installation = Awaited<ReturnType<typeof newInstallation>>;

/** Calls to an installation that `vx11 up` runs, and waits for its sleep. Each call has a connection of its own. */
export function callsTo({ home, env, pid }: Installation) {
  const token = (): string =>
    readFileSync(join(home, 'tokens.env'), 'utf8').trim().split('=')[1] ?? '';
  const call = async (
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(`http://127.0.0.1:${env.VX11_PORT}${path}`, {
      method,
      headers: {
        'x-vx11-token': token(),
        connection: 'close',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const health = (port: string): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      async (answer) => ((await answer.json()) as { status: string }).status === 'ok',
      () => false,
    );
  return {
    call,
    /** Waits until Temporal is stopped, and madre and the gateway serve without it. */
    async asleep(): Promise<void> {
      await until(() => pid('temporal') === undefined, 90_000);
      for (const port of [env.VX11_MADRE_PORT, env.VX11_PORT])
        while (!(await health(port))) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}
