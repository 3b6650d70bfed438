import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';
import type { Admission } from '../../activities/tasks/admission.ts';
import type { JoinedAttempts } from '../../activities/tasks/join-attempts.ts';

/** Tasks that this process may hold without room to run them, so that the next one is here when room becomes free. */
const ahead = 4;

/** The slots of one worker. */
export interface TaskSlots extends CustomSlotSupplier<ActivitySlotInfo> {
  /** Rejects pending reservations, after the worker has ended. */
  close(): void;
}

/**
 * Takes tasks from Temporal only while there is room for them. All others wait in Temporal, by priority, and need no
 * heartbeats.
 */
export function createTaskSlots(
  admission: Pick<Admission, 'running' | 'onAdmitted'>,
  attempts: Pick<JoinedAttempts, 'joined'>,
): TaskSlots {
  /** Slots that poll for a task, and slots with a task. */
  let polling = 0;
  let taken = 0;
  /** Reservations that wait for a slot. */
  const waiting = new Set<(permit: SlotPermit) => void>();
  const give = (): void => {
    for (const granted of waiting) {
      if (polling + taken - admission.running - attempts.joined >= ahead) return;
      waiting.delete(granted);
      polling += 1;
      granted({});
    }
  };
  return {
    close: admission.onAdmitted(give),
    type: 'custom',
    reserveSlot: (_, signal) =>
      new Promise((resolve, reject) => {
        const granted = (permit: SlotPermit): void => {
          signal.removeEventListener('abort', giveUp);
          resolve(permit);
        };
        const giveUp = (): void => {
          waiting.delete(granted);
          reject(new DOMException('the slot is not needed any more', 'AbortError'));
        };
        if (signal.aborted) return giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.add(granted);
        give();
        return undefined;
      }),
    // only eager activities of a workflow on the same worker would use this
    tryReserveSlot: () => null,
    markSlotUsed() {
      polling -= 1;
      taken += 1;
    },
    releaseSlot({ slotInfo }) {
      if (slotInfo === undefined) polling -= 1;
      else taken -= 1;
      give();
    },
  };
}
