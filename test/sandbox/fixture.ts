import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { pino } from 'pino';
import { expect } from 'vitest';
import { createArtifactFolder } from './artifact-folder.ts';
import {
  createSandboxes,
  type SandboxDeps,
  type SandboxHost,
} from '../../activities/sandbox/create-sandboxes.ts';
import type {
  AttemptResult,
  OutputStream,
  SandboxJob,
  SandboxLimits,
} from '../../activities/sandbox/sandbox.ts';
import { amountOf, watchResidue } from '../stack/residue.ts';
import { until } from '../stack/wait.ts';
import { image } from './image.ts';

export const socketPath = '/var/run/docker.sock';

export const noEgress = { allowed: [], privateAddresses: false };

/** The default limits of a task, with a short timeout. */
export const limits: SandboxLimits = {
  memory_mb: 256,
  cpus: 1,
  pids: 64,
  disk_mb: 16,
  timeout_ms: 20_000,
  grace_ms: 300,
  cpu_seconds: null,
  output_bytes: 8 * 2 ** 20,
};

export const python = (code: string, ...args: string[]) =>
  ({ kind: 'python', code, args }) as const;
export const shell = (code: string, ...args: string[]) => ({ kind: 'shell', code, args }) as const;
export const node = (code: string, ...args: string[]) => ({ kind: 'node', code, args }) as const;
export const command = (name: string, ...args: string[]) =>
  ({ kind: 'command', command: name, args }) as const;

interface RunOptions extends Partial<Omit<SandboxJob, 'limits' | 'program'>> {
  limits?: Partial<SandboxLimits>;
  signal?: AbortSignal;
  onState?: () => void;
  onOutput?: (stream: OutputStream, text: string, at: number) => void;
}

/** A result with its complete output, as bytes and as text. */
export interface RunResult extends AttemptResult {
  stdout: Buffer;
  stderr: Buffer;
  out: string;
  err: string;
  /** The folder with its artifacts. */
  folder: string;
}

export interface SandboxFixture {
  owner: string;
  folder: string;
  docker: Docker;
  sandboxes: SandboxHost;
  run(program: SandboxJob['program'], options?: RunOptions): Promise<RunResult>;
  /** Waits until the Engine answers and no container, network or volume of this fixture's runs is left. */
  expectClean(): Promise<void>;
  destroy(): Promise<void>;
}

export async function startFixture(deps: Partial<SandboxDeps> = {}): Promise<SandboxFixture> {
  const owner = deps.owner ?? `vx11t-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${owner}-`));
  const docker = new Docker({ socketPath: deps.socketPath ?? socketPath });
  const residue = await watchResidue(docker, `vx11.owner=${owner}`);
  const log = pino({ level: 'warn' });
  const sandboxes = createSandboxes({
    socketPath,
    image,
    runtime: null,
    egress: noEgress,
    owner,
    pool: [],
    log,
    ...deps,
  });
  let runs = 0;
  const fixture: SandboxFixture = {
    owner,
    folder,
    docker,
    sandboxes,
    async run(program, options = {}) {
      const { limits: some, signal, onState, onOutput, ...job } = options;
      runs += 1;
      const mine = join(folder, String(runs));
      const output: Record<OutputStream, Buffer[]> = { stdout: [], stderr: [] };
      const sinks = {
        onState: () => onState?.(),
        onOutput(stream: OutputStream, bytes: Uint8Array, at: number) {
          output[stream].push(Buffer.from(bytes));
          onOutput?.(stream, Buffer.from(bytes).toString('utf8'), at);
        },
        artifacts: createArtifactFolder(mine),
      };
      const whole: SandboxJob = {
        spawn_id: `spawn-${runs}`,
        attempt: 1,
        correlation_id: 'test',
        stdin: '',
        env: {},
        files: [],
        egress: null,
        ...job,
        program,
        limits: { ...limits, ...some },
      };
      const result = await sandboxes.run(whole, sinks, signal ?? new AbortController().signal);
      const [stdout, stderr] = [Buffer.concat(output.stdout), Buffer.concat(output.stderr)];
      return { ...result, stdout, stderr, out: String(stdout), err: String(stderr), folder: mine };
    },
    async expectClean() {
      await docker.ping();
      await until('nothing is left', async () => {
        const ready = sandboxes.pool.ready();
        const { containers, ...others } = await residue();
        const nothing = amountOf({ containers: [], ...others }) === 0;
        const ours = containers.length <= ready && (ready > 0 || sandboxes.memoryInUse() === 0);
        return nothing && ours;
      });
    },
    async destroy() {
      await sandboxes.close();
      expect(await residue()).toEqual({ containers: [], networks: [], volumes: [] });
      await rm(folder, { recursive: true, force: true });
    },
  };
  return fixture;
}

export async function containersOf(docker: Docker, owner: string): Promise<string[]> {
  const filters = { label: [`vx11.owner=${owner}`] };
  return (await docker.listContainers({ all: true, filters })).map(({ Id }) => Id);
}
