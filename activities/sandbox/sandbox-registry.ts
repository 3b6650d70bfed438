import type Docker from 'dockerode';
import { removeContainer } from './container.ts';
import type { StartScheduler } from './start-scheduler.ts';

/** A container that this process has created, or is about to, and owns until it is gone. */
export interface Entry {
  key: string;
  /** The container's name, which identifies it before the id is known. */
  name: string;
  /** Null until the container is created. */
  id: string | null;
  /** Memory that it may hold, now or with the task that it is reserved for. */
  memory_bytes: number;
  /** Closes the connection to its harness; null while there is none. */
  hangUp: (() => void) | null;
  /** Whether its removal has started. */
  doomed: boolean;
}

/** Every sandbox of this process. A container with its labels that is not in the registry is an orphan. */
export interface SandboxRegistry {
  add(container: { key: string; name: string; memory_bytes: number }): Entry;
  has(key: string): boolean;
  memoryInUse(): number;
  /**
   * Kills and removes the container when the scheduler allows it, and deletes the entry. If that fails, the entry stays
   * doomed, and `retry` tries again.
   */
  remove(entry: Entry): Promise<void>;
  /** Kills and removes it at once, for a sandbox whose task is still alive. */
  kill(entry: Entry): Promise<void>;
  /** Retries failed removals. @returns the ids of the removed containers, or the keys of those without an id */
  retry(): Promise<string[]>;
  /** For shutdown: from now on the harness of a doomed sandbox ends at once, before its removal is scheduled. */
  hangUp(): void;
  /** Resolves when no removal is under way. */
  settled(): Promise<void>;
}

export function createSandboxRegistry(
  docker: Docker,
  scheduler: Pick<StartScheduler, 'later'>,
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
    const removal = scheduler
      .later(() => removeNow(entry))
      .finally(() => removals.delete(entry.key));
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
