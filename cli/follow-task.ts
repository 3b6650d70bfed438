import { taskCancelAnswer, taskResult, type TaskResult } from '../contracts/task.ts';
import { GatewayFailure } from '../client/gateway-failure.ts';
import { CommandFailed, exitCode, exitOf } from './exit-code.ts';
import { bytesOr, readLog } from '../client/log-stream.ts';
import type { Session } from './session.ts';
import { endText, exitCodeOf } from './task-text.ts';

const cancelMs = 10_000;
const resultMs = 5000;
/** FollowedChanges a task fails after this long without an answer from the gateway. */
const giveUpMs = 120_000;

/** How much of a task's output was printed when it ended. */
type Shown = 'all' | 'some' | 'nothing';

/** Prints a task's output until the task ends, cancels it at Ctrl-C, and ends with the task's exit code. */
export async function followTask(session: Session, id: string): Promise<void> {
  const { terminal } = session;
  const result = await resultOf(session, id).catch((error: unknown) => {
    const exit = exitOf(error);
    if (exit === null || exit === exitCode.interrupted) throw error;
    const next = `${id} was started and may still be running. To follow it: vx11 logs ${id}`;
    throw new CommandFailed(exit, `${(error as Error).message}\n  ${next}`, { cause: error });
  });
  if (terminal.json) terminal.out(JSON.stringify(result, null, 2));
  const message = endText(result, result.detail);
  const exit = exitCodeOf(result);
  if (exit !== 0 || message !== null) throw new CommandFailed(exit, message ?? '');
}

/** Prints a task's output until it ends, then returns its result. */
async function resultOf(session: Session, id: string): Promise<TaskResult> {
  const { gateway, terminal, signal } = session;
  const cancel = async (): Promise<void> => {
    await gateway.call('DELETE', `/vx11/spawn/${id}`, taskCancelAnswer, { withinMs: cancelMs });
  };
  const cancelled = new Promise<'cancelled'>((resolve, reject) => {
    const act = (): void => void cancel().then(() => resolve('cancelled'), reject);
    if (signal.aborted) act();
    else signal.addEventListener('abort', act, { once: true });
  });
  cancelled.catch(() => undefined);
  const shown = await Promise.race([cancelled, show(session, id)]);
  if (shown === 'cancelled') throw new CommandFailed(exitCode.interrupted, `${id} was cancelled.`);
  const result = await gateway.call('GET', `/vx11/result/${id}`, taskResult);
  if (terminal.json) return result;
  if (shown === 'nothing') {
    terminal.raw('stdout', bytesOr(result.stdout, result.stdout_base64));
    terminal.raw('stderr', bytesOr(result.stderr, result.stderr_base64));
  } else if (shown === 'some') {
    terminal.err(`[the log stream broke off. For the whole log: vx11 logs ${id}]`);
  }
  return result;
}

/**
 * Prints the log until the task ends, even if the gateway refuses the log. Never resolves once the session is
 * interrupted: the cancellation ends the command then.
 */
async function show({ gateway, terminal, signal }: Session, id: string): Promise<Shown> {
  let shown: Shown = 'nothing';
  let lastAnswerAt = performance.now();
  const hasEnded = async (refusal: unknown): Promise<boolean> => {
    try {
      const options = { withinMs: resultMs };
      const { finished_at } = await gateway.call('GET', `/vx11/result/${id}`, taskResult, options);
      lastAnswerAt = performance.now();
      return finished_at !== null;
    } catch (error) {
      if (error instanceof GatewayFailure && !error.retryable) throw error;
      if (performance.now() - lastAnswerAt > giveUpMs) throw refusal;
      return false;
    }
  };
  for await (const message of readLog(gateway, id, signal, hasEnded)) {
    lastAnswerAt = performance.now();
    if (message.kind === 'end') return 'all';
    shown = 'some';
    if (terminal.json) continue;
    if (message.kind === 'text')
      terminal.raw(message.stream, bytesOr(message.text, message.base64));
    else terminal.err(`[${message.bytes} bytes of ${message.stream} were dropped]`);
  }
  return signal.aborted ? new Promise(() => undefined) : shown;
}
