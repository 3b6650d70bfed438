import {
  harnessReasons,
  type DeathFacts,
  type HarnessReason,
} from '../../domain/tasks/cause-of-death.ts';
import { BrokenFrame, frame } from './frames.ts';
import type { EarlyEnd, SandboxJob } from './sandbox.ts';

const mib = 2 ** 20;

/** The kinds of frames that the harness sends, one letter each. */
export const said = {
  ready: 'R',
  started: 'S',
  stdout: 'o',
  stderr: 'e',
  fileBegins: 'a',
  fileData: 'd',
  fileEnds: 'z',
  notTaken: 'N',
  result: 'X',
} as const;

/** Encodes a job for the harness (`sandbox/harness/job.py` reads it). */
export function jobFrames(job: SandboxJob): Buffer {
  const { program, limits } = job;
  const numbers = [
    limits.timeout_ms,
    limits.grace_ms,
    Math.round((limits.cpu_seconds ?? 0) * 1000),
    limits.output_bytes,
    limits.disk_mb * mib,
    limits.pids,
  ];
  return Buffer.concat(
    [
      frame('K', program.kind),
      frame('C', program.kind === 'command' ? program.command : program.code),
      ...(job.egress === null ? [] : [frame('G')]),
      ...program.args.map((arg) => frame('A', arg)),
      ...Object.entries(job.env).map(([name, value]) => frame('E', `${name}=${value}`)),
      ...job.files.flatMap(({ path, content }) => [frame('P', path), frame('F', content)]),
      ...(job.stdin === '' ? [] : [frame('I', job.stdin)]),
      frame('L', numbers.join(' ')),
      frame('.'),
    ].flat(),
  );
}

/** Makes the harness end the task: TERM now, KILL after the grace. */
export const endFrame = (reason: EarlyEnd, graceMs: number): Buffer =>
  Buffer.concat(frame('Q', `${reason} ${graceMs}`));

/**
 * Parses the harness's result: lines of a name and a value.
 * @throws BrokenFrame if it is malformed
 */
export function readResult(payload: Buffer): DeathFacts {
  const lines = payload.toString('utf8').split('\n');
  const values = new Map(lines.map((line) => line.split(' ', 2) as [string, string]));
  const number = (name: string): number => {
    const value = Number(values.get(name));
    if (!Number.isSafeInteger(value)) throw new BrokenFrame(`a result without ${name}`);
    return value;
  };
  const known = (name: string): number | null => {
    const value = number(name);
    return value < 0 ? null : value;
  };
  const signal = values.get('signal') ?? '-';
  const reason = values.get('reason') as HarnessReason;
  if (!harnessReasons.includes(reason)) throw new BrokenFrame('a result with an unknown reason');
  return {
    reason,
    exit_code: known('exit_code'),
    signal: signal === '-' ? null : signal,
    ran_ms: number('ran_ms'),
    cpu_ms: known('cpu_ms'),
    memory_peak: known('memory_peak'),
    oom_kills: known('oom_kills'),
    forks_refused: known('forks_refused'),
    processes_peak: known('processes_peak'),
    output_bytes: number('output_bytes'),
    disk_peak: number('disk_peak'),
    disk_full: number('disk_full') === 1,
    inodes_full: number('inodes_full') === 1,
    too_much_left: number('too_much_left') === 1,
    setup_error: number('setup_error'),
  };
}
