import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pino } from 'pino';
import {
  createSandboxes,
  readyBytes,
  type SandboxHost,
} from '../../activities/sandbox/create-sandboxes.ts';
import type { AttemptResult, OutputStream, SandboxJob } from '../../activities/sandbox/sandbox.ts';
import { until } from '../../test/stack/wait.ts';
import type { Environment } from '../environment.ts';
import type { Measure, Result } from '../measure.ts';
import { figures, inTurns, median, ms, timed } from '../sample.ts';

const image = 'vx11-sandbox:local';
const shape = { memory_mb: 256, cpus: 1, pids: 128, disk_mb: 64, egress: false };
const limits = {
  memory_mb: shape.memory_mb,
  cpus: shape.cpus,
  pids: shape.pids,
  disk_mb: shape.disk_mb,
  timeout_ms: 60_000,
  grace_ms: 1000,
  cpu_seconds: null,
  output_bytes: 2 ** 20,
};
const reachWarmMs = 15;
const reachCold = 0.65;

/** The programs, with the command for `docker run` and the expected output. */
const programs = {
  python: {
    ours: { kind: 'python', code: 'print(1)', args: [] },
    plain: ['python3', '-c', 'print(1)'],
    prints: '1\n',
  },
  shell: {
    ours: { kind: 'shell', code: 'echo 1', args: [] },
    plain: ['sh', '-c', 'echo 1'],
    prints: '1\n',
  },
} satisfies Record<string, { ours: SandboxJob['program']; plain: string[]; prints: string }>;

/** The limits and the hardening of our sandboxes, as far as the command line supports them, and also without a network. */
const plainArgs = [
  'run --rm --network none --ipc none --read-only --cap-drop ALL --security-opt no-new-privileges',
  '--memory 256m --memory-swap 256m --cpus 1 --pids-limit 128 --user 65534:65534 --log-driver none',
  '--tmpfs /task:rw,noexec,nosuid,nodev,size=64m --tmpfs /tmp:rw,noexec,nosuid,nodev,size=64m',
].flatMap((line) => line.split(' '));

/** Sandboxes without Temporal and HTTP, from task to result: a ready sandbox and a cold one. */
export const sandbox: Measure = {
  name: 'sandbox',
  async run(environment) {
    const results: Result[] = [];
    for (const warm of [true, false])
      for (const kind of ['python', 'shell'] as const)
        results.push(await measure(environment, kind, warm));
    return results;
  },
};

async function measure(
  environment: Environment,
  kind: keyof typeof programs,
  warm: boolean,
): Promise<Result> {
  const pool = warm ? [{ shape, bounds: { min: 1, max: 1 } }] : [];
  const owner = `vx11b-${process.pid}`;
  const log = pino({ level: 'warn' });
  const socketPath = '/var/run/docker.sock';
  const egress = { allowed: [], privateAddresses: false };
  const host = createSandboxes({ socketPath, image, runtime: null, owner, pool, egress, log });
  environment.atEnd(() => host.close());
  const ours: number[] = [];
  const plain: number[] = [];
  const inside: number[] = [];
  const { prints } = programs[kind];
  const atRest = warm ? readyBytes : 0;
  const rest = async (): Promise<void> => {
    await host.pool.filled();
    await until('the last sandbox is removed', () => host.memoryInUse() === atRest);
  };
  await inTurns(
    environment.samples(30),
    async () => {
      await rest();
      const [took, result] = await timed(() => run(host, programs[kind].ours));
      if (result.warm !== warm || result.out !== prints)
        throw new Error(`a run failed: ${JSON.stringify(result)}`);
      ours.push(took);
      inside.push(result.finished_at - result.started_at);
    },
    async () => {
      await rest();
      const args = [...plainArgs, image, ...programs[kind].plain];
      const [took, { stdout }] = await timed(() => promisify(execFile)('docker', args));
      if (stdout !== prints) throw new Error(`docker run printed ${stdout}`);
      plain.push(took);
    },
  );
  await host.close();
  const [mine, theirs] = [figures(ours), figures(plain)];
  const ratio = mine.p50 / theirs.p50;
  return {
    name: `sandbox, ${warm ? 'ready' : 'cold'}: ${kind}`,
    unit: 'ms',
    ours: mine,
    plain: theirs,
    ratio,
    bar: warm ? `≤ ${reachWarmMs} ms` : `≤ ${reachCold} × docker run`,
    met: warm ? mine.p50 <= reachWarmMs : ratio <= reachCold,
    n: mine.n,
    notes: [`of it the task itself, from its fork to its end, ${ms(median(inside))}`],
  };
}

async function run(
  host: SandboxHost,
  program: SandboxJob['program'],
): Promise<AttemptResult & { out: string }> {
  const job: SandboxJob = {
    spawn_id: 'spawn-bench',
    attempt: 1,
    correlation_id: 'bench',
    program,
    stdin: '',
    env: {},
    files: [],
    limits,
    egress: null,
  };
  const artifacts = { open: () => Promise.reject(new Error('this task has no artifacts')) };
  let out = '';
  const onOutput = (_: OutputStream, bytes: Uint8Array): void => {
    out += Buffer.from(bytes).toString('utf8');
  };
  const sinks = { onState: () => undefined, onOutput, artifacts };
  const result = await host.run(job, sinks, new AbortController().signal);
  return { ...result, out };
}
