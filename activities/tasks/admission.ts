import type { TaskPriority } from '../../contracts/task.ts';
import { beforeOther } from '../../domain/tasks/task.ts';
import type { Sandboxes } from '../sandbox/sandbox.ts';

/** The host resources that an attempt needs. */
export interface Need {
  memory_bytes: number;
  cpus: number;
  priority: TaskPriority;
  /** Epoch ms. */
  created_at: number;
}

export interface Capacity {
  memory_bytes: number;
  cpus: number;
}

/** Admits attempts while the host has room for their limits; the rest wait, the most urgent first. */
export interface Admission {
  /** Resolves when there is room. Rejects with the signal's reason if it aborts first. */
  enter(need: Need, signal: AbortSignal): Promise<Room>;
  /** Calls `listener` for each admitted attempt. @returns a function that unsubscribes */
  onAdmitted(listener: () => void): () => void;
  /** The largest task that could ever be admitted. */
  readonly capacity: Capacity;
  readonly waiting: number;
  readonly running: number;
}

/** The room reserved for an admitted attempt. */
export interface Room {
  /** From now on the memory that its sandbox actually holds counts, not the reservation. */
  started(): void;
  /** Gives the room back. */
  leave(): void;
}

/** Removed sandboxes free their memory without an event, so the queue polls. */
const pollMs = 50;

/** @param sandboxes reports the memory in use, and is asked to make room when that is not enough */
export function createAdmission(
  capacity: Capacity,
  sandboxes: Pick<Sandboxes, 'memoryInUse' | 'makeRoom'>,
): Admission {
  const queue: { need: Need; let_in: () => void }[] = [];
  const inside = new Set<Need>();
  /** Admitted attempts whose sandbox has not started yet. */
  const promised = new Set<Need>();
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;

  const sumOf = (needs: Set<Need>, what: 'memory_bytes' | 'cpus'): number =>
    [...needs].reduce((sum, need) => sum + need[what], 0);
  const fits = (need: Need): boolean => {
    // nothing runs: admit it, and the pool of ready sandboxes makes room for it
    if (inside.size === 0) return true;
    if (sumOf(inside, 'cpus') + need.cpus > capacity.cpus) return false;
    const memory = sandboxes.memoryInUse() + sumOf(promised, 'memory_bytes');
    if (memory + need.memory_bytes <= capacity.memory_bytes) return true;
    sandboxes.makeRoom();
    return false;
  };
  const look = (): void => {
    clearTimeout(timer);
    timer = undefined;
    // strictly in order, so that small tasks cannot starve a large one
    for (let first = queue[0]; first !== undefined && fits(first.need); first = queue[0]) {
      queue.shift();
      first.let_in();
      for (const listener of listeners) listener();
    }
    if (queue.length > 0) timer = setTimeout(look, pollMs);
  };
  return {
    enter: (need, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const started = (): void => void promised.delete(need);
        const leave = (): void => {
          started();
          if (inside.delete(need)) look();
        };
        const entry = {
          need,
          let_in: () => {
            signal.removeEventListener('abort', give_up);
            inside.add(need);
            promised.add(need);
            resolve({ started, leave });
          },
        };
        const give_up = (): void => {
          queue.splice(queue.indexOf(entry), 1);
          reject(signal.reason as Error);
          look();
        };
        signal.addEventListener('abort', give_up, { once: true });
        const at = queue.findIndex((other) => beforeOther(need, other.need) < 0);
        queue.splice(at === -1 ? queue.length : at, 0, entry);
        look();
        return undefined;
      }),
    onAdmitted(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    capacity,
    get waiting() {
      return queue.length;
    },
    get running() {
      return inside.size;
    },
  };
}
