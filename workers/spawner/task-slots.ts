import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';
import type { Admission } from '../../activities/tasks/admission.ts';
import type { JoinedAttempts } from '../../activities/tasks/join-attempts.ts';

/** As many tasks as may be in this process without room to run: enough for the next to be there when there is room. */
const ahead = 4;

/** The slots of one worker. */
export interface TaskSlots extends CustomSlotSupplier<ActivitySlotInfo> {
  /** The worker is gone. */
  close(): void;
}

/**
 * Takes tasks from Temporal only as there is room for them: all others wait there, in the order of their priority, and
 * cost nobody a heartbeat.
 */
export function createTaskSlots(
  admission: Pick<Admission, 'running' | 'onAdmitted'>,
  attempts: Pick<JoinedAttempts, 'joined'>,
): TaskSlots {
  /** Polling for a task, and working on one. */
  let polling = 0;
  let taken = 0;
  const asking = new Set<(permit: SlotPermit) => void>();
  const give = (): void => {
    for (const granted of asking) {
      if (polling + taken - admission.running - attempts.joined >= ahead) return;
      asking.delete(granted);
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
          asking.delete(granted);
          reject(new DOMException('the slot is not needed any more', 'AbortError'));
        };
        if (signal.aborted) return giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        asking.add(granted);
        give();
        return undefined;
      }),
    // only activities on the worker of the workflow itself are handed over so
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
