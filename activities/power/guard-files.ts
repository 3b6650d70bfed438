import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { newestDeadline } from '../../domain/lease.ts';

/** What the guard noted of a container that it ended. Epoch ms. */
export interface GuardEnding {
  service: string;
  container_id: string;
  stopped_ms: number;
  forced: boolean;
}

/**
 * What the guard reads and writes: one small file a leased service, written before its container starts. The guard
 * shares no code with this side; the format is described in guard/lease-file.
 */
export interface GuardFiles {
  /** Tells the guard when a service must be down; no live lease takes its file away. */
  write(
    service: string,
    leases: readonly { deadline: number | null }[],
    maxTtlMs: number,
  ): Promise<void>;
  remove(service: string): Promise<void>;
  /** Says that this worker lives, so that an idle guard stays. */
  alive(at: number): Promise<void>;
  /** Takes the guard's notes of what it ended. */
  takeEndings(): Promise<GuardEnding[]>;
}

export function createGuardFiles(folder: string, project: () => string, log: Logger): GuardFiles {
  const leases = (): string => join(folder, project(), 'leases');
  const ended = (): string => join(folder, project(), 'ended');
  const write = async (file: string, content: unknown): Promise<void> => {
    const fresh = `${file}.${process.pid}.tmp`;
    await writeFile(fresh, JSON.stringify(content));
    await rename(fresh, file);
  };
  const inFolder = async (file: string, parent: string, content: unknown): Promise<void> => {
    try {
      await write(file, content);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(parent, { recursive: true });
      await write(file, content);
    }
  };
  const remove = (service: string): Promise<void> =>
    rm(join(leases(), `${service}.json`), { force: true });
  return {
    async write(service, live, maxTtlMs) {
      if (live.length === 0) return remove(service);
      const content = {
        version: 1,
        project: project(),
        service,
        deadline_ms: newestDeadline(live),
        max_ttl_ms: maxTtlMs,
        written_ms: Date.now(),
      };
      await inFolder(join(leases(), `${service}.json`), leases(), content);
    },
    remove,
    alive: (at) => inFolder(join(folder, 'alive.json'), folder, { at_ms: at }),
    async takeEndings() {
      const names = await readdir(ended()).catch(() => []);
      const endings: GuardEnding[] = [];
      for (const name of names.filter((file) => file.endsWith('.json'))) {
        const file = join(ended(), name);
        try {
          endings.push(JSON.parse(await readFile(file, 'utf8')) as GuardEnding);
        } catch (error) {
          log.warn({ err: error, file }, 'a note of the guard could not be read');
        }
        await rm(file, { force: true });
      }
      return endings;
    },
  };
}
