import type Docker from 'dockerode';
import { removeContainer } from './container.ts';
import type { StartScheduler } from './start-scheduler.ts';

/** A container that this process has made, or is about to make, and answers for until it is gone. */
export interface Entry {
  key: string;
  /** The container's, which may be found by it before its id is known. */
  name: string;
  /** Known once it has been created. */
  id: string | null;
  /** What it may hold, now or in what it was promised to. */
  memory_bytes: number;
  /** Ends our connection to its harness, once there is one. */
  hangUp: (() => void) | null;
  /** Its end has begun. */
  doomed: boolean;
}

/** Every sandbox of this process. What is not in here and carries its labels is nobody's. */
export interface SandboxRegistry {
  add(container: { key: string; name: string; memory_bytes: number }): Entry;
  has(key: string): boolean;
  memoryInUse(): number;
  /**
   * Kills and removes it when its turn comes, and strikes it out. When that fails it stays doomed, and `retry` tries
   * again.
   */
  remove(entry: Entry): Promise<void>;
  /** The same, at once: for one whose task is still alive. */
  kill(entry: Entry): Promise<void>;
  /** Tries again to remove what could not be removed; gives the ids of what is gone, or the keys of what had none. */
  retry(): Promise<string[]>;
  /** From now on what is to be removed ends by itself before its turn: nothing starts any more that it could hold up. */
  hangUp(): void;
  /** Resolves when no removal is under way. */
  settled(): Promise<void>;
}

export function createSandboxRegistry(
  docker: Docker,
  turns: Pick<StartScheduler, 'later'>,
  onTrouble: (error: unknown) => void,
): SandboxRegistry {
  const entries = new Map<string, Entry>();
  const removals = new Map<string, Promise<void>>();
  let hangsUp = false;
  const removeNow = async (entry: Entry): Promise<void> => {
    entry.hangUp?.();
    await removeContainer(docker, entry.id ?? entry.name);
    entries.delete(entry.key);
  };
  const removing = (entry: Entry): Promise<void> => {
    const already = removals.get(entry.key);
    if (already !== undefined) return already;
    entry.doomed = true;
    if (hangsUp) entry.hangUp?.();
    const removal = turns.later(() => removeNow(entry)).finally(() => removals.delete(entry.key));
    removals.set(entry.key, removal);
    return removal;
  };
  return {
    add(container) {
      const entry = { ...container, id: null, hangUp: null, doomed: false };
      entries.set(entry.key, entry);
      return entry;
    },
    has: (key) => entries.has(key),
    memoryInUse: () => [...entries.values()].reduce((sum, entry) => sum + entry.memory_bytes, 0),
    remove: (entry) => removing(entry).catch(onTrouble),
    kill(entry) {
      entry.doomed = true;
      return removeNow(entry).catch(onTrouble);
    },
    async retry() {
      const doomed = [...entries.values()].filter((entry) => entry.doomed);
      const gone = await Promise.all(
        doomed.map(async (entry) => {
          try {
            await removing(entry);
            return [entry.id ?? entry.key];
          } catch (error) {
            onTrouble(error);
            return [];
          }
        }),
      );
      return gone.flat();
    },
    hangUp() {
      hangsUp = true;
      for (const entry of entries.values()) if (entry.doomed) entry.hangUp?.();
    },
    async settled() {
      await Promise.allSettled(removals.values());
    },
  };
}
