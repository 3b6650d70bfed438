import type Docker from 'dockerode';
import { removeContainer } from './container.ts';

/** A container that this process has made, or is about to make, and answers for until it is gone. */
export interface Entry {
  key: string;
  /** Known once it has been created. */
  id: string | null;
  memory_bytes: number;
  /** Its end has begun. */
  doomed: boolean;
}

/** Every sandbox of this process. What is not in here and carries its labels is nobody's. */
export interface Book {
  add(key: string, memoryBytes: number): Entry;
  has(key: string): boolean;
  memoryInUse(): number;
  /** Kills and removes it, and strikes it out. When that fails it stays doomed, and `retry` tries again. */
  remove(entry: Entry): Promise<void>;
  /** Tries again to remove what could not be removed; gives the keys of what is gone. Throws an EngineError. */
  retry(): Promise<string[]>;
  /** Resolves when no removal is under way. */
  settled(): Promise<void>;
}

/** @param turn lets only so many calls to the Engine happen at once */
export function createBook(
  docker: Docker,
  turn: <T>(work: () => Promise<T>) => Promise<T>,
  onTrouble: (error: unknown) => void,
): Book {
  const entries = new Map<string, Entry>();
  const removals = new Map<string, Promise<void>>();
  const removeNow = async (entry: Entry): Promise<void> => {
    await turn(() => removeContainer(docker, entry.id ?? `vx11-sandbox-${entry.key}`));
    entries.delete(entry.key);
  };
  const removing = (entry: Entry): Promise<void> => {
    const already = removals.get(entry.key);
    if (already !== undefined) return already;
    entry.doomed = true;
    const removal = removeNow(entry).finally(() => removals.delete(entry.key));
    removals.set(entry.key, removal);
    return removal;
  };
  return {
    add(key, memory_bytes) {
      const entry = { key, id: null, memory_bytes, doomed: false };
      entries.set(key, entry);
      return entry;
    },
    has: (key) => entries.has(key),
    memoryInUse: () => [...entries.values()].reduce((sum, entry) => sum + entry.memory_bytes, 0),
    remove: (entry) => removing(entry).catch(onTrouble),
    async retry() {
      const doomed = [...entries.values()].filter((entry) => entry.doomed);
      await Promise.all(doomed.map(removing));
      return doomed.map(({ id, key }) => id ?? key);
    },
    async settled() {
      await Promise.allSettled(removals.values());
    },
  };
}
