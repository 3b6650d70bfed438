import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { testProgram, type TestProgram } from './program.ts';
import { compileCache, giveBundle } from './bundle.ts';
import type { Answer } from './stack.ts';
import { freePort, temporalBinary } from './temporal.ts';
import { until } from './wait.ts';

/** `vx11 up` on its own compose file, as `npm start` runs it: supervisor, Temporal, Redis, madre, gateway. */
export interface UpStack {
  program: TestProgram;
  home: string;
  composeFile: string;
  env: Record<string, string>;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Ends it as Ctrl-C does, including its windows and its guard. */
  end(): Promise<void>;
}

/** @param compose the text of the compose file */
export async function startUpStack(
  name: string,
  compose: string,
  more: Record<string, string> = {},
): Promise<UpStack> {
  const home = await mkdtemp(join(tmpdir(), `${name}-`));
  const composeFile = join(home, 'compose.yml');
  await writeFile(composeFile, compose);
  const port = String(await freePort());
  const env: Record<string, string> = {
    NODE_COMPILE_CACHE: compileCache,
    VX11_HOME: home,
    VX11_HOST: name,
    VX11_COMPOSE_FILE: composeFile,
    VX11_PORT: port,
    VX11_MADRE_PORT: String(await freePort()),
    VX11_TEMPORAL_PORT: String(await freePort()),
    VX11_TEMPORAL_UI_PORT: String(await freePort()),
    VX11_REDIS_PORT: String(await freePort()),
    VX11_TEMPORAL_BIN: temporalBinary(),
    ...given('VX11_COMPOSE_BIN', 'VX11_IMAGE'),
    ...more,
  };
  const program = testProgram(process.execPath, ['cli/main.ts', 'up'], env, join(home, 'up.log'));
  const end = async (): Promise<void> => {
    const pid = program.pid();
    if (pid !== undefined && program.running()) {
      process.kill(pid, 'SIGINT');
      await until('it has ended', () => !program.running(), 90_000);
    }
    await rm(home, { recursive: true, force: true });
  };
  const isReady = (): boolean => {
    if (program.running()) return program.log().includes('is ready after');
    throw new Error('it ended');
  };
  await giveBundle(home);
  program.start();
  try {
    await until('the stack is ready', isReady, 240_000);
  } catch (error) {
    const log = program.log();
    await end();
    throw new Error(`the stack did not become ready:\n${log}`, { cause: error });
  }
  const tokens = await readFile(join(home, 'tokens.env'), 'utf8');
  const token = /^VX11_TOKEN=(\S+)$/m.exec(tokens)![1]!;
  return {
    program,
    home,
    composeFile,
    env,
    async call(method, path, body) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          'x-vx11-token': token,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const json = answer.headers.get('content-type')?.includes('json') === true;
      const { status, headers } = answer;
      return { status, headers, body: json ? JSON.parse(text) : text };
    },
    end,
  };
}

/** These variables from the environment of the tests, if they are set. */
const given = (...names: string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
