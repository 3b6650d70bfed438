import type { SpawnPriority } from '../../contracts/spawn.ts';
import { beforeOther } from '../../domain/tasks/spawn.ts';
import type { Sandboxes } from '../sandbox/sandbox.ts';

/** What an attempt needs of the host. */
export interface Need {
  memory_bytes: number;
  cpus: number;
  priority: SpawnPriority;
  /** Epoch ms. */
  created_at: number;
}

export interface Capacity {
  memory_bytes: number;
  cpus: number;
}

/** Lets attempts in while the host has room for what they may take; the rest waits, the most urgent first. */
export interface Admission {
  /** Resolves when there is room. Rejects with the signal's reason when that aborts before its turn. */
  enter(need: Need, signal: AbortSignal): Promise<Room>;
  /** Calls back whenever an attempt has been let in, until what it gives is called. */
  onAdmitted(listener: () => void): () => void;
  /** Whether a task of this size could ever be let in. */
  readonly capacity: Capacity;
  readonly waiting: number;
  readonly running: number;
}

/** What an attempt was let into. */
export interface Room {
  /** Its sandbox counts from here on, with what it holds. */
  started(): void;
  /** Gives the room back. */
  leave(): void;
}

/** Memory of removed sandboxes comes back without a word from us. */
const lookAgainMs = 50;

/** @param sandboxes what they hold now, and who is told when that leaves no room */
export function createAdmission(
  capacity: Capacity,
  sandboxes: Pick<Sandboxes, 'memoryInUse' | 'makeRoom'>,
): Admission {
  const queue: { need: Need; let_in: () => void }[] = [];
  const inside = new Set<Need>();
  /** Those inside whose sandbox is not begun yet. */
  const promised = new Set<Need>();
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;

  const sumOf = (needs: Set<Need>, what: 'memory_bytes' | 'cpus'): number =>
    [...needs].reduce((sum, need) => sum + need[what], 0);
  const fits = (need: Need): boolean => {
    // nothing runs: it gets its turn, and sandboxes that wait ready make room for it
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
    // strictly in order: a large task is not overtaken for ever by small ones
    for (let first = queue[0]; first !== undefined && fits(first.need); first = queue[0]) {
      queue.shift();
      first.let_in();
      for (const listener of listeners) listener();
    }
    if (queue.length > 0) timer = setTimeout(look, lookAgainMs);
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
