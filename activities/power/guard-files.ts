import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { newestDeadline } from '../../domain/lease.ts';
import type { Clock } from '../clock.ts';

/** What the guard noted of a container that it ended. Epoch ms. */
export interface GuardEnding {
  service: string;
  container_id: string;
  stopped_ms: number;
  forced: boolean;
}

/** A note that nothing fits is of no use after this long: the next start reads it within seconds. */
const keepEndingsMs = 7 * 24 * 3_600_000;

interface LeaseFile {
  version: 1;
  project: string;
  service: string;
  deadline_ms: number | null;
  max_ttl_ms: number;
  written_ms: number;
  stopping_until_ms?: number;
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
  /** Tells the guard that this worker is stopping the service itself, so that it need not. Epoch ms. */
  stopping(service: string, untilMs: number): Promise<void>;
  remove(service: string): Promise<void>;
  /** Says what the guard falls back on where it cannot read a lease; a file that says so already is left as it is. */
  describe(maxTtlMs: number): Promise<void>;
  /** Says that this worker lives, so that an idle guard stays. @returns false where that could not be written */
  alive(at: number): Promise<boolean>;
  /** The newest sign of life that the guard says it has read; 0 where it has said nothing. */
  echoed(): Promise<number>;
  /** Does the file, as it is now, say what these leases say? */
  says(service: string, leases: readonly { deadline: number | null }[]): Promise<boolean>;
  /** The guard's notes of what it ended. */
  endings(): Promise<GuardEnding[]>;
  /** Takes a note away, once what it says is written down; old ones go by themselves. */
  forgetEnding(ending: GuardEnding): Promise<void>;
}

/** @param clock of the leases' deadlines; the guard goes by the wall clock */
export function createGuardFiles(
  folder: string,
  project: () => string,
  clock: Clock,
  log: Logger,
): GuardFiles {
  const written = new Map<string, { content: LeaseFile; deadline: number | null }>();
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
  /** What only makes the guard's work nicer must not keep a service from going down, on a full disk above all. */
  const courtesy = (writing: Promise<void>): Promise<boolean> =>
    writing.then(
      () => true,
      (error: unknown) => {
        log.warn({ err: error }, 'a note for the guard was not written');
        return false;
      },
    );
  /** Does the file, as it is now, say this? What was written is not always still there: people tidy up folders. */
  const holds = async (file: string, content: unknown): Promise<boolean> =>
    (await readFile(file, 'utf8').catch(() => null)) === JSON.stringify(content);
  const leaseFile = (service: string): string => join(leases(), `${service}.json`);
  const tell = async (content: LeaseFile, deadline: number | null): Promise<void> => {
    await inFolder(leaseFile(content.service), leases(), content);
    written.set(content.service, { content, deadline });
  };
  const remove = async (service: string): Promise<void> => {
    written.delete(service);
    await rm(leaseFile(service), { force: true });
  };
  return {
    async write(service, live, maxTtlMs) {
      if (live.length === 0) return remove(service);
      const deadline = newestDeadline(live);
      const content = {
        version: 1,
        project: project(),
        service,
        deadline_ms: deadline === null ? null : deadline - clock() + Date.now(),
        max_ttl_ms: maxTtlMs,
        written_ms: Date.now(),
      } as const;
      await tell(content, deadline);
    },
    async stopping(service, untilMs) {
      const last = written.get(service);
      if (last === undefined) return;
      await courtesy(tell({ ...last.content, stopping_until_ms: untilMs }, last.deadline));
    },
    async describe(maxTtlMs) {
      const content = { version: 1, project: project(), max_ttl_ms: maxTtlMs };
      const parent = join(folder, project());
      const file = join(parent, 'project.json');
      if (!(await holds(file, content))) await courtesy(inFolder(file, parent, content));
    },
    remove,
    alive: (at) => courtesy(inFolder(join(folder, 'alive.json'), folder, { at_ms: at })),
    async echoed() {
      try {
        const text = await readFile(join(folder, 'guard.json'), 'utf8');
        return (JSON.parse(text) as { alive_ms?: number }).alive_ms ?? 0;
      } catch {
        return 0;
      }
    },
    async says(service, live) {
      const last = written.get(service);
      if (last === undefined || last.deadline !== newestDeadline(live)) return false;
      return holds(leaseFile(service), last.content);
    },
    async endings() {
      const names = await readdir(ended()).catch(() => []);
      const endings: GuardEnding[] = [];
      for (const name of names.filter((file) => file.endsWith('.json'))) {
        const file = join(ended(), name);
        try {
          const ending = JSON.parse(await readFile(file, 'utf8')) as GuardEnding;
          if (Date.now() - ending.stopped_ms < keepEndingsMs) endings.push(ending);
          else await rm(file, { force: true });
        } catch (error) {
          log.warn({ err: error, file }, 'a note of the guard could not be read');
          await rm(file, { force: true });
        }
      }
      return endings;
    },
    forgetEnding: ({ container_id }) => rm(join(ended(), `${container_id}.json`), { force: true }),
  };
}
