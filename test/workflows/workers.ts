import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { newId } from '../../contracts/ids.ts';

/** The worker identity in every recorded history, so that none names a machine. */
const identity = 'vx11-test';

/** A test's workers and client, on their own queues. */
export interface TestWorkers {
  client: Client;
  /** The queue for workflows. */
  taskQueue: string;
  /** @returns ends this worker before the others */
  start(options: Partial<WorkerOptions> & { taskQueue: string }): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export async function connectWorkers(address: string): Promise<TestWorkers> {
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const ends = new Set<() => Promise<void>>();
  return {
    client: new Client({ connection, identity }),
    taskQueue: `workflows-${newId('run')}`,
    async start(options) {
      const worker = await Worker.create({ connection: native, identity, ...options });
      const running = worker.run();
      const end = async (): Promise<void> => {
        if (ends.delete(end)) worker.shutdown();
        await running;
      };
      ends.add(end);
      return end;
    },
    async stop() {
      await Promise.all([...ends].map((end) => end()));
      await connection.close();
      await native.close();
    },
  };
}

/** A fault of the nth activity call: before it acts, or afterwards, so that its result is lost. */
export interface CallFault {
  nth: number;
  when: 'before' | 'after';
  /** Whether the error is retryable; true by default. */
  retryable?: boolean;
}

/** The activity calls that reach a test's workers, and the faults that the test injects. */
export interface Calls<Name extends string = string> {
  /** The names of the calls, in order. */
  calls: Name[];
  fault: CallFault | null;
  /** Calls that always fail before they act, with a non-retryable error. */
  failing?: Set<Name>;
}

/** Wraps activities so that they record their calls and fail as the test specifies. */
export function breakable<T extends object>(
  activities: T,
  of: () => Calls<Extract<keyof T, string>>,
): T {
  const breaking =
    (name: Extract<keyof T, string>, work: (input: never) => unknown) => async (input: never) => {
      const { calls, failing } = of();
      const nth = calls.push(name) - 1;
      const breakIf = (when: CallFault['when']): void => {
        const { fault } = of();
        if (fault?.nth !== nth || fault.when !== when) return;
        const { retryable = true } = fault;
        const message = `call ${nth} breaks`;
        throw ApplicationFailure.create({ message, type: 'Broken', nonRetryable: !retryable });
      };
      breakIf('before');
      if (failing?.has(name) === true)
        throw ApplicationFailure.nonRetryable(`${name} fails`, 'Broken');
      const answer = await work(input);
      breakIf('after');
      return answer;
    };
  const entries = Object.entries(activities).map(([name, work]) => [
    name,
    breaking(name as Extract<keyof T, string>, work as (input: never) => unknown),
  ]);
  return Object.fromEntries(entries) as T;
}
