import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { readPidFile } from '../../cli/up/pid-file.ts';
import { identify } from '../../cli/up/process-identity.ts';
import { ensureTinyImage } from '../../scripts/tiny-image.ts';
import { temporaryHome, until } from './temporary-home.ts';

const repository = join(import.meta.dirname, '../..');
const hasTemporal = process.env['VX11_TEMPORAL_BIN'] !== undefined;
const names = ['temporal', 'madre', 'tentaculo_link'];

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** A home, a small stack of a user's own, and ports that nobody has. */
async function newPlace() {
  const home = temporaryHome();
  const compose = join(home, 'compose.yml');
  const image = await ensureTinyImage();
  writeFileSync(compose, `name: uptest${process.pid}\nservices:\n  web: { image: '${image}' }\n`);
  const env = {
    ...process.env,
    VX11_HOME: home,
    VX11_COMPOSE_FILE: compose,
    VX11_PORT: await freePort(),
    VX11_MADRE_PORT: await freePort(),
    VX11_TEMPORAL_PORT: await freePort(),
    VX11_TEMPORAL_UI_PORT: await freePort(),
    VX11_REDIS_PORT: await freePort(),
  };
  const pid = (name: string) => readPidFile(join(home, 'run', `${name}.pid`))?.pid;
  return { home, env, pid };
}

/** `vx11 up`, and what it has said so far. `ready` fails with that, where it ends before. */
function startUp(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ['cli/main.ts', 'up'], { cwd: repository, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const isReady = (): boolean => {
    if (child.exitCode !== null) throw new Error(`it ended (${child.exitCode}):\n${said}`);
    return said.includes('VX11 is ready');
  };
  const ready = (limitMs: number): Promise<void> =>
    until(isReady, limitMs).catch((error: unknown) => {
      throw new Error(`not ready, and has said:\n${said}`, { cause: error });
    });
  return { child, said: () => said, ready };
}

const exitCode = async (child: ChildProcess): Promise<unknown> => (await once(child, 'exit'))[0];

test.skipIf(!hasTemporal)(
  'the stack comes up, mends itself, refuses a second one, and one Ctrl-C leaves nothing',
  async () => {
    const { home, env, pid } = await newPlace();
    const first = startUp(env);
    await first.ready(90_000);
    const token = readFileSync(join(home, 'tokens.env'), 'utf8').trim().split('=')[1] ?? '';
    const status = await fetch(`http://127.0.0.1:${env.VX11_PORT}/vx11/status`, {
      headers: { 'x-vx11-token': token },
    });
    expect(status.status).toBe(200);

    const second = startUp(env);
    expect(await exitCode(second.child)).toBe(1);
    expect(second.said()).toContain(`already runs on ${home}`);

    const madre = pid('madre') ?? 0;
    process.kill(madre, 'SIGKILL');
    await until(() => ![undefined, madre].includes(pid('madre')));
    expect(first.said()).toContain('madre ended (SIGKILL)');

    const running = names.map((name) => pid(name) ?? 0);
    first.child.kill('SIGINT');
    expect(await exitCode(first.child)).toBe(0);
    expect(running.map((one) => identify(one))).toEqual([undefined, undefined, undefined]);
    const label = ['vx11.role=guard', `vx11.home=${home}`];
    expect(await new Docker().listContainers({ all: true, filters: { label } })).toEqual([]);
  },
  150_000,
);

test.skipIf(!hasTemporal)(
  'a killed supervisor leaves no process behind once the next one starts',
  async () => {
    const { env, pid } = await newPlace();
    const first = startUp(env);
    await first.ready(90_000);
    const running = names.map((name) => pid(name) ?? 0);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const next = startUp(env);
    await next.ready(30_000);
    expect(next.said()).toContain('Ended temporal, which an earlier start had left running');
    expect(running.map((one) => identify(one))).toEqual([undefined, undefined, undefined]);
    next.child.kill('SIGTERM');
    expect(await exitCode(next.child)).toBe(0);
  },
  150_000,
);
