import { taskAnswer } from '../../contracts/task.ts';
import { openWindowAnswer } from '../../contracts/window.ts';
import { pollUntil } from '../../platform/concurrency/poll.ts';
import { durationArgument, numberArgument, pairArgument } from '../argument.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import { followTask } from '../follow-task.ts';
import type { AddCommand, Session } from '../session.ts';
import { readSource, type SourceOptions } from '../task-source.ts';

interface RunOptions extends SourceOptions {
  ttl?: number;
  timeout?: number;
  memory?: number;
  retries?: number;
  env: Record<string, string>;
  open?: number;
}

/** How long a spawner may take to register once its window is open. */
const spawnerWaitMs = 20_000;

export const addRun: AddCommand = (program, session) => {
  program
    .command('run')
    .description('run a program or a code file once in a sandbox; exits with its exit code')
    .argument(
      '[word...]',
      'a file of Python, Node or shell code, or after -- a program of the sandbox',
    )
    .option('--python <file>', 'run Python code from this file; - is standard input')
    .option('--node <file>', 'the same for JavaScript')
    .option('--shell <file>', 'the same for sh')
    .option('--ttl <duration>', 'how long the task may take, waits included (1h)', durationArgument)
    .option('--timeout <duration>', 'how long one attempt may run', durationArgument)
    .option('--memory <MB>', 'memory limit (256)', numberArgument(16, 1_048_576))
    .option('--retries <number>', 'how often a failed attempt is retried', numberArgument(0, 10))
    .option('--env <NAME=value>', 'an environment variable; may be repeated', pairArgument, {})
    .option('--no-stdin', 'do not read standard input')
    .option('--open <duration>', "open the spawner's window first", durationArgument)
    .action((words: string[], options: RunOptions) => run(session(), words, options));
};

async function run(session: Session, words: string[], options: RunOptions): Promise<void> {
  const { terminal, signal } = session;
  const reader = { err: terminal.err, signal };
  const { task_type, code, args, stdin } = await readSource(words, options, reader);
  const { ttl, timeout, memory, retries, env } = options;
  const body = {
    task_type,
    code,
    args,
    stdin,
    env,
    ...(ttl !== undefined && { ttl_seconds: ttl }),
    ...(timeout !== undefined && { timeout_seconds: timeout }),
    ...(memory !== undefined && { max_memory_mb: memory }),
    ...(retries !== undefined && { max_retries: retries }),
  };
  if (options.open !== undefined) await open(session, options.open);
  const id = await start(session, body, options.open === undefined ? 0 : spawnerWaitMs);
  await followTask(session, id);
}

async function open({ gateway }: Session, ttl_seconds: number): Promise<void> {
  const body = { target: 'spawner', ttl_seconds, wait_seconds: 60, reason: 'vx11 run' };
  const opened = await gateway.call('POST', '/vx11/window/open', openWindowAnswer, {
    body,
    withinMs: 75_000,
  });
  if (opened.is_open) return;
  const why = opened.services_failed.map(({ detail }) => detail).join('; ') || opened.state;
  throw new CommandFailed(exitCode.failed, `The spawner's window did not open: ${why}`);
}

/**
 * Starts the task. Retries for up to `waitMs` while the spawner is not available.
 * @returns the id of the task
 */
async function start({ gateway }: Session, body: unknown, waitMs: number): Promise<string> {
  const { error, hint, spawn_id } = await pollUntil(
    () => gateway.call('POST', '/vx11/spawn', taskAnswer, { body }),
    (answer) => answer.error === null || answer.error === 'off_by_policy',
    { everyMs: 250, withinMs: waitMs },
  );
  if (error === null) return spawn_id;
  const next =
    error === 'off_by_policy'
      ? '\n  next: vx11 open spawner --ttl 10m; or open it with the task: vx11 run --open 10m …'
      : '';
  throw new CommandFailed(
    exitCode.refused,
    `The task was not started [${error}]\n  ${hint ?? ''}${next}`,
  );
}
