import type { CustomSlotSupplier, ActivitySlotInfo, SlotPermit } from '@temporalio/worker';
import type { SpawnPriority } from '../../contracts/spawn.ts';
import type { RunAttempt } from './run-attempt.ts';

/** The more urgent first. */
export const priorities = ['P0', 'P1', 'P2'] as const satisfies SpawnPriority[];

export interface SlotBounds {
  /** Attempts of all priorities that this process holds, running or waiting. */
  most: number;
  /** Of each priority, how many may wait in here; the rest waits in Temporal, where it outlives us. */
  waiting: number;
}

/**
 * How many attempts are taken from Temporal: of each priority only a few more than have their turn, so that an urgent one
 * finds a place however many others wait, and what waits is not lost with its spawner.
 */
export interface Slots {
  supplier(priority: SpawnPriority): CustomSlotSupplier<ActivitySlotInfo>;
  /** Runs attempts that were taken by this priority's supplier, and sees when they wait no longer. */
  track(priority: SpawnPriority, run: RunAttempt): RunAttempt;
}

interface Line {
  /** Asks to Temporal under way, and attempts whose turn has not come. */
  waiting: number;
  /** Taken, and not yet begun to run in here. */
  fresh: SlotPermit[];
  /** Who wants to ask Temporal. */
  asking: (() => void)[];
}

export function createSlots({ most, waiting }: SlotBounds): Slots {
  const empty = (): Line => ({ waiting: 0, fresh: [], asking: [] });
  const lines: Record<SpawnPriority, Line> = { P0: empty(), P1: empty(), P2: empty() };
  let taken = 0;

  const free = (line: Line): boolean => taken < most && line.waiting < waiting;
  const take = (line: Line): void => {
    taken += 1;
    line.waiting += 1;
  };
  const look = (): void => {
    for (const priority of priorities) {
      const line = lines[priority];
      while (line.asking.length > 0 && free(line)) {
        take(line);
        line.asking.shift()!();
      }
    }
  };
  return {
    supplier(priority) {
      const line = lines[priority];
      return {
        type: 'custom',
        reserveSlot: (_, signal) =>
          new Promise((resolve, reject) => {
            const giveUp = (): void => {
              line.asking.splice(line.asking.indexOf(ask), 1);
              reject(signal.reason as Error);
            };
            const ask = (): void => {
              signal.removeEventListener('abort', giveUp);
              resolve({});
            };
            if (signal.aborted) return reject(signal.reason as Error);
            signal.addEventListener('abort', giveUp, { once: true });
            line.asking.push(ask);
            look();
            return undefined;
          }),
        tryReserveSlot() {
          if (!free(line)) return null;
          take(line);
          return {};
        },
        markSlotUsed: ({ permit }) => void line.fresh.push(permit),
        releaseSlot({ slotInfo, permit }) {
          taken -= 1;
          const unbegun = line.fresh.indexOf(permit);
          if (unbegun !== -1) line.fresh.splice(unbegun, 1);
          // nothing had come, or it never got as far as to us
          if (slotInfo === undefined || unbegun !== -1) line.waiting -= 1;
          look();
        },
      };
    },
    track(priority, run) {
      const line = lines[priority];
      return async (input, signal) => {
        line.fresh.shift();
        let waits = true;
        const turn = (): void => {
          if (!waits) return;
          waits = false;
          line.waiting -= 1;
          look();
        };
        try {
          return await run(input, signal, turn);
        } finally {
          turn();
        }
      };
    },
  };
}
