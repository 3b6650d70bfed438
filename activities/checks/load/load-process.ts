import { join } from 'node:path';
import type { Load } from '../../../domain/checks/suite.ts';
import { startChild } from '../child.ts';
import type { Sent, ToSender } from './messages.ts';

const program = join(import.meta.dirname, 'main.ts');
const heapMb = 128;

/** The process that sends the requests of a load, and what it has done so far. */
export interface LoadProcess {
  readonly pid: number | undefined;
  readonly sent: number;
  readonly ended: number;
  readonly failed: number;
  readonly reason: string | null;
  readonly cpu_ms: number;
  readonly lag_ms: number;
  /** Of all requests that got an answer. */
  readonly latencies: number[];
  /** How it ended; null if it still runs, or was closed. */
  readonly died: string | null;
  /** Resolves with its first message, or its end. */
  readonly ready: Promise<void>;
  /** Resolves when every request has ended, or the process has. */
  readonly over: Promise<void>;
  pace(next: { rate: number; concurrency: number }): void;
  close(): void;
}

export function startLoadProcess(
  { endpoint, requests }: Load,
  context: Record<string, string>,
  addresses: Record<string, string>,
): LoadProcess {
  const child = startChild(program, heapMb);
  const totals = { sent: 0, ended: 0, failed: 0, cpu_ms: 0, lag_ms: 0 };
  const latencies: number[] = [];
  let reason: string | null = null;
  let died: string | null = null;
  let isClosed = false;
  const ready = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const send = (message: ToSender): void => {
    if (child.connected) child.send(message, () => undefined); // `exit` reports its end
  };
  child.on('message', (message) => {
    const news = message as Sent;
    latencies.push(...news.latencies);
    totals.ended += news.ended;
    totals.failed += news.failed;
    totals.lag_ms = Math.max(totals.lag_ms, news.lag_ms);
    totals.sent = news.sent;
    totals.cpu_ms = news.cpu_ms;
    reason ??= news.reason;
    ready.resolve();
    if (totals.ended >= requests) over.resolve();
  });
  const gone = (how: string): void => {
    if (!isClosed) died ??= how;
    ready.resolve();
    over.resolve();
  };
  child.once('error', (error) => gone(error.message));
  child.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
  send({ kind: 'begin', check: endpoint, context, addresses, requests });
  return {
    latencies,
    ready: ready.promise,
    over: over.promise,
    get pid() {
      return child.pid;
    },
    get sent() {
      return totals.sent;
    },
    get ended() {
      return totals.ended;
    },
    get failed() {
      return totals.failed;
    },
    get cpu_ms() {
      return totals.cpu_ms;
    },
    get lag_ms() {
      return totals.lag_ms;
    },
    get reason() {
      return reason;
    },
    get died() {
      return died;
    },
    pace: ({ rate, concurrency }) => send({ kind: 'pace', rate, concurrency }),
    close() {
      isClosed = true;
      child.kill('SIGKILL');
    },
  };
}
