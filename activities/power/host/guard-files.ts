import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { HeldContainer } from '../../../contracts/service.ts';
import { newestDeadline } from '../../../domain/windows/lease.ts';
import type { Clock } from '../../../platform/clock.ts';

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
  /** Ids of what was started for the leases. A guard of an older version goes by project and service alone. */
  containers: string[];
  deadline_ms: number | null;
  max_ttl_ms: number;
  written_ms: number;
  stopping_until_ms?: number;
}

/**
 * What the guard reads and writes: one small file a leased service, written before its container starts, and one in
 * each project where the service has containers. The guard shares no code with this side; the format is described in
 * guard/lease-file.
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

/**
 * @param project the one of the compose file
 * @param clock of the leases' deadlines; the guard goes by the wall clock
 * @param containers what is held of a service, in whatever project
 */
export function createGuardFiles(
  folder: string,
  project: () => string,
  clock: Clock,
  log: Logger,
  containers: (service: string) => readonly HeldContainer[] = () => [],
): GuardFiles {
  /** What each lease file of a service says, by project. */
  const written = new Map<string, { files: Map<string, LeaseFile>; deadline: number | null }>();
  const leaseFile = (inProject: string, service: string): string =>
    join(folder, inProject, 'leases', `${service}.json`);
  const write = async (file: string, content: unknown): Promise<void> => {
    const fresh = `${file}.${process.pid}.tmp`;
    await writeFile(fresh, JSON.stringify(content));
    await rename(fresh, file);
  };
  const inFolder = async (file: string, content: unknown): Promise<void> => {
    try {
      await write(file, content);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(dirname(file), { recursive: true });
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
  const saysSo = async (file: string, content: unknown): Promise<boolean> =>
    (await readFile(file, 'utf8').catch(() => null)) === JSON.stringify(content);
  /** The ids of what is held of a service, by project. */
  const placesOf = (service: string): Map<string, string[]> => {
    const held = containers(service).filter((one) => one.held);
    const places = Map.groupBy(held, (one) => one.project);
    if (places.size === 0) return new Map([[project(), []]]);
    return new Map([...places].map(([place, those]) => [place, those.map(({ id }) => id)]));
  };
  const projects = async (): Promise<string[]> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  };
  const tell = async (
    service: string,
    contents: readonly LeaseFile[],
    deadline: number | null,
  ): Promise<void> => {
    const places = contents.map((content) => content.project);
    for (const content of contents) await inFolder(leaseFile(content.project, service), content);
    const before = written.get(service)?.files;
    written.set(service, {
      files: new Map(contents.map((content) => [content.project, content])),
      deadline,
    });
    const isSame = before?.size === places.length && places.every((place) => before.has(place));
    if (!isSame)
      await removeFrom(
        (await projects()).filter((one) => !places.includes(one)),
        service,
      );
  };
  const removeFrom = async (those: readonly string[], service: string): Promise<void> => {
    for (const one of those) await rm(leaseFile(one, service), { force: true });
  };
  const remove = async (service: string): Promise<void> => {
    written.delete(service);
    await removeFrom(await projects(), service);
  };
  return {
    async write(service, live, maxTtlMs) {
      if (live.length === 0) return remove(service);
      const deadline = newestDeadline(live);
      const contents = [...placesOf(service)].map(([place, ids]) => ({
        version: 1 as const,
        project: place,
        service,
        containers: ids,
        deadline_ms: deadline === null ? null : deadline - clock() + Date.now(),
        max_ttl_ms: maxTtlMs,
        written_ms: Date.now(),
      }));
      await tell(service, contents, deadline);
    },
    async stopping(service, untilMs) {
      const last = written.get(service);
      if (last === undefined) return;
      const contents = [...last.files.values()].map((content) => ({
        ...content,
        stopping_until_ms: untilMs,
      }));
      await courtesy(tell(service, contents, last.deadline));
    },
    async describe(maxTtlMs) {
      const leased = [...written.values()].flatMap(({ files }) => [...files.keys()]);
      for (const one of new Set([project(), ...leased])) {
        const content = { version: 1, project: one, max_ttl_ms: maxTtlMs };
        const file = join(folder, one, 'project.json');
        if (one !== '' && !(await saysSo(file, content))) await courtesy(inFolder(file, content));
      }
    },
    remove,
    alive: (at) => courtesy(inFolder(join(folder, 'alive.json'), { at_ms: at })),
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
      const places = placesOf(service);
      if (places.size !== last.files.size) return false;
      for (const [place, ids] of places) {
        const content = last.files.get(place);
        if (content === undefined || content.containers.join() !== ids.join()) return false;
        if (!(await saysSo(leaseFile(place, service), content))) return false;
      }
      return true;
    },
    async endings() {
      const endings: GuardEnding[] = [];
      for (const one of await projects()) {
        const ended = join(folder, one, 'ended');
        const names = await readdir(ended).catch(() => []);
        for (const name of names.filter((file) => file.endsWith('.json'))) {
          const file = join(ended, name);
          try {
            const ending = JSON.parse(await readFile(file, 'utf8')) as GuardEnding;
            if (Date.now() - ending.stopped_ms < keepEndingsMs) endings.push(ending);
            else await rm(file, { force: true });
          } catch (error) {
            log.warn({ err: error, file }, 'a note of the guard could not be read');
            await rm(file, { force: true });
          }
        }
      }
      return endings;
    },
    async forgetEnding({ container_id }) {
      for (const one of await projects())
        await rm(join(folder, one, 'ended', `${container_id}.json`), { force: true });
    },
  };
}
