import { NotAsked } from '../concurrency/breaker.ts';
import { stateVariable, type FromSupervisor, type ToSupervisor } from './messages.ts';

/** Whether Temporal sleeps, and how a process wakes it. */
export interface TemporalSleep {
  isAsleep(): boolean;
  /**
   * To be called before each write to Temporal. Starts it if it sleeps, and resolves once it accepts connections.
   * @throws NotWoken if it does not within 10 s
   */
  wake(): Promise<void>;
  /** After how many ms without need it sleeps; null if it never does. */
  readonly afterMs: number | null;
  /** Reports that nothing has needed Temporal for `afterMs`. */
  unused(): void;
  /** Calls `listener` when Temporal is being started, accepts connections again, or was stopped. */
  onChange(listener: (now: 'waking' | 'awake' | 'asleep') => void): void;
  /** Reports that Temporal has answered nothing for a minute, so that the supervisor starts it again. */
  unwell(): void;
  /** Asks the supervisor to start this process again. */
  restart(): void;
}

/** Temporal was asked to start, and accepts no connection yet. */
export class NotWoken extends NotAsked {
  override name = 'NotWoken';
}

/** For a Temporal that no supervisor of ours runs. */
export const neverAsleep: TemporalSleep = {
  isAsleep: () => false,
  wake: () => Promise.resolve(),
  afterMs: null,
  unused: () => undefined,
  unwell: () => undefined,
  onChange: () => undefined,
  restart: () => undefined,
};

/** Longer than the supervisor waits for it. */
const answerMs = 12_000;

/** The channel to the supervisor that runs Temporal; `neverAsleep` if there is none, or Temporal runs elsewhere. */
export function temporalSleep(
  process: Pick<NodeJS.Process, 'connected' | 'send' | 'on' | 'env'>,
): TemporalSleep {
  const [state, after] = process.env[stateVariable]?.split(' ') ?? [];
  if ((process.connected as boolean | undefined) !== true || after === undefined)
    return neverAsleep;
  const afterMs = after === 'never' ? null : Number(after);
  let asleep = state === 'asleep';
  let lastId = 0;
  const waiting = new Map<number, (up: boolean) => void>();
  const listeners: Parameters<TemporalSleep['onChange']>[0][] = [];
  const send = (message: ToSupervisor): void => void process.send?.(message);
  process.on('message', (message) => {
    const note = message as FromSupervisor;
    if (note.temporal === 'answer') waiting.get(note.id)?.(note.up);
    else if (note.temporal !== undefined) {
      if (note.temporal !== 'waking') asleep = note.temporal === 'asleep';
      for (const listener of listeners) listener(note.temporal);
    }
  });
  return {
    isAsleep: () => asleep,
    async wake() {
      if (afterMs === null) return;
      const id = (lastId += 1);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(resolve, answerMs, false);
      waiting.set(id, resolve);
      send({ temporal: 'needed', id });
      const up = await promise;
      clearTimeout(timer);
      waiting.delete(id);
      if (!up) throw new NotWoken('Temporal sleeps, and has not started yet; try again shortly');
    },
    afterMs,
    unused: () => send({ temporal: 'unused' }),
    unwell: () => send({ temporal: 'unwell' }),
    onChange: (listener) => void listeners.push(listener),
    restart: () => send({ restart: true }),
  };
}
