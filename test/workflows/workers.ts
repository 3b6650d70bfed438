import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { newId } from '../../contracts/ids.ts';

/** In every history that is kept, so that none names a machine. */
const identity = 'vx11-test';

/** Workers of a test, and its client, on queues of its own. */
export interface TestWorkers {
  client: Client;
  /** For workflows. */
  taskQueue: string;
  /** @returns how to end it, where that comes before the end of all */
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

/** Where the nth activity call breaks: before it did anything, or after, when its answer is lost. */
export interface CallFault {
  nth: number;
  when: 'before' | 'after';
  /** Whether another try may help; yes where left out. */
  retryable?: boolean;
}

/** What a test sees and says of the activity calls that reach its workers. */
export interface Calls<Name extends string = string> {
  /** Names, in order. */
  calls: Name[];
  fault: CallFault | null;
  /** Calls that fail every time, before they act, with what is not worth another try. */
  failing?: Set<Name>;
}

/** The same activities, which count their calls and break where the test says so. */
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
