import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { stringify } from 'yaml';
import { leanNode } from '../../cli/up/lean/node.ts';
import { compileCache, giveBundle } from './bundle.ts';
import { testProgram, type TestProgram } from './program.ts';
import { freePort } from './temporal.ts';
import { until } from './wait.ts';

const run = promisify(execFile);

/** The command of a service that runs until SIGTERM, and then ends at once. */
export const obedient = ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 0.05; done"];
/** The command of a service that ignores SIGTERM. */
export const deaf = ['sh', '-c', "trap '' TERM; while :; do sleep 0.05; done"];

export interface StackOptions {
  temporalAddress: string;
  /** Services of the compose file; `image`, `command` and `stop_grace_period: 1s` have defaults. */
  services: Record<string, Record<string, unknown>>;
  'x-vx11'?: Record<string, unknown>;
  /** Other top-level members of the file: volumes, configs, secrets. */
  top?: Record<string, unknown>;
  env?: Record<string, string>;
  /** Environment variables for madre only. */
  madreEnv?: Record<string, string>;
  /** The Unix socket of the Engine for the test's own docker commands; the machine's Engine by default. */
  engineSocket?: string;
  /** Runs when the compose file exists and before any process of VX11 starts. */
  before?: (first: Pick<TestStack, 'composeFile' | 'docker'>) => Promise<void>;
}

/** Real processes on their own compose project: madre, the gateway, and what they start. */
export interface TestStack {
  project: string;
  home: string;
  composeFile: string;
  url: string;
  token: string;
  env: Record<string, string>;
  madre: TestProgram;
  gateway: TestProgram;
  /** Waits until both answer. */
  ready(): Promise<void>;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Names of the services whose containers run. */
  running(): Promise<string[]>;
  /** Runs the docker command against the stack's Engine. @returns its output */
  docker(...args: string[]): Promise<string>;
  /** @param top other top-level members; those of the start by default */
  writeCompose(services: StackOptions['services'], top?: StackOptions['top']): Promise<void>;
  /** Ends everything and removes its containers, networks and files. */
  destroy(): Promise<void>;
}

export interface Answer {
  status: number;
  // tests read many shapes; the contracts' own tests check them
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
  headers: Headers;
}

export async function startStack(options: StackOptions): Promise<TestStack> {
  const project = `vx11t-${randomBytes(4).toString('hex')}`;
  const home = await mkdtemp(join(tmpdir(), `${project}-`));
  const folder = join(home, 'stack');
  await mkdir(folder);
  const composeFile = join(folder, 'docker-compose.yml');
  const [port, madrePort] = [await freePort(), await freePort()];
  const token = randomBytes(24).toString('base64url');
  const env = {
    VX11_HOME: home,
    VX11_HOST: project,
    VX11_COMPOSE_FILE: composeFile,
    VX11_STORE_URL: `sqlite:${join(home, 'vx11.db')}`,
    VX11_PORT: String(port),
    VX11_MADRE_PORT: String(madrePort),
    VX11_MADRE_URL: `http://127.0.0.1:${madrePort}`,
    VX11_TOKEN: token,
    VX11_GUARD: 'off',
    // the Schedule of a stack outlives it, on a Temporal that many share
    VX11_ANTS_SECONDS: '3600',
    TEMPORAL_ADDRESS: options.temporalAddress,
    NODE_COMPILE_CACHE: compileCache,
    ...leanNode.env,
    ...options.env,
  };
  const program = (name: string, args: string[], more: Record<string, string> = {}): TestProgram =>
    testProgram(process.execPath, args, { ...env, ...more }, join(home, `${name}.log`));
  const madreArgs = [...leanNode.madre, 'workers/main.ts', 'madre'];
  const madre = program('madre', madreArgs, options.madreEnv);
  const gateway = program('gateway', [...leanNode.gateway, 'gateway/main.ts']);
  const url = `http://127.0.0.1:${port}`;

  const writeCompose: TestStack['writeCompose'] = async (services, top = options.top) => {
    const file = {
      ...top,
      name: project,
      services: composeServices(services),
      ...(options['x-vx11'] === undefined ? {} : { 'x-vx11': options['x-vx11'] }),
    };
    await writeFile(composeFile, stringify(file));
  };
  const call: TestStack['call'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        'x-vx11-token': token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = /\bjson\b/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, body: json ? JSON.parse(text) : text, headers: answer.headers };
  };
  const ready = async (): Promise<void> => {
    await until('the gateway answers', () => fetch(`${url}/health`).then((answer) => answer.ok));
    await until('madre answers', () =>
      fetch(`${env.VX11_MADRE_URL}/health`).then((answer) => answer.ok),
    );
  };
  const docker = (...args: string[]): Promise<string> => runDocker(options.engineSocket, args);
  await giveBundle(home);
  await writeCompose(options.services);
  await options.before?.({ composeFile, docker });
  madre.start();
  gateway.start();
  const stack: TestStack = {
    project,
    home,
    composeFile,
    url,
    token,
    env,
    madre,
    gateway,
    ready,
    call,
    running: () => runningIn(project, options.engineSocket),
    docker,
    writeCompose,
    async destroy() {
      await Promise.all([madre.stop(), gateway.stop()]);
      await removeProject(project, home, docker);
      await removeBackups(home, docker);
      await rm(home, { recursive: true, force: true });
    },
  };
  try {
    await ready();
  } catch (error) {
    await stack.destroy();
    throw error;
  }
  return stack;
}

/** Removes the names of images that patches of this installation keep. */
async function removeBackups(home: string, docker: TestStack['docker']): Promise<void> {
  const patches = await readdir(join(home, 'patches')).catch(() => []);
  for (const id of patches) {
    const named = [
      '--filter',
      `reference=vx11-keep:${id}.*`,
      '--format',
      '{{.Repository}}:{{.Tag}}',
    ];
    const tags = (await docker('images', ...named)).split('\n').filter(Boolean);
    if (tags.length > 0) await docker('rmi', ...tags);
  }
}

async function runDocker(socket: string | undefined, args: string[]): Promise<string> {
  const engine = socket === undefined ? {} : { DOCKER_HOST: `unix://${socket}` };
  const { stdout } = await run('docker', args, { env: { ...process.env, ...engine } });
  return stdout;
}

/** Services of a compose file, with the defaults of a tiny service that runs until SIGTERM. */
export const composeServices = (services: StackOptions['services']): StackOptions['services'] =>
  Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      { image: 'vx11-tiny:local', command: obedient, stop_grace_period: '1s', ...service },
    ]),
  );

/** Names of the services of a project whose containers run. Asks the Engine itself: waits call it many times a second. */
export async function runningIn(
  project: string,
  socketPath = '/var/run/docker.sock',
): Promise<string[]> {
  const filters = { label: [`com.docker.compose.project=${project}`] };
  const containers = await new Docker({ socketPath }).listContainers({ filters });
  return containers.map(({ Labels }) => Labels['com.docker.compose.service']!).sort();
}

/** Removes the containers of a project and of an installation, and the project's default network. */
export async function removeProject(
  project: string,
  home: string,
  docker: TestStack['docker'],
): Promise<void> {
  const labels = [`com.docker.compose.project=${project}`, `vx11.home=${home}`];
  for (const label of labels) {
    const ids = (await docker('ps', '-aq', '--filter', `label=${label}`)).split('\n');
    const known = ids.filter(Boolean);
    if (known.length > 0) await docker('rm', '-f', ...known);
  }
  await docker('network', 'rm', `${project}_default`).catch(() => undefined);
}
