import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { HeldContainer } from '../../../contracts/service.ts';
import { trialPrefix } from '../../../domain/repair/isolation/isolate.ts';
import { newestDeadline } from '../../../domain/windows/lease.ts';
import type { Clock } from '../../../platform/clock.ts';

/** The guard's note of a container that it stopped. Times are epoch ms. */
export interface GuardEnding {
  service: string;
  container_id: string;
  stopped_ms: number;
  forced: boolean;
}

/** Age at which an unused note is deleted: normally the next start reads it within seconds. */
const keepEndingsMs = 7 * 24 * 3_600_000;

interface LeaseFile {
  version: 1;
  project: string;
  service: string;
  /** Ids of the containers that were started for the leases. Older guards use only project and service. */
  containers: string[];
  deadline_ms: number | null;
  max_ttl_ms: number;
  written_ms: number;
  stopping_until_ms?: number;
  whole_project?: true;
}

/** Stands for all services of a trial. */
const trialService = '_trial';
/** By then the guard has seen that its lease is gone. */
const keepTrialsMs = 60_000;

/**
 * The files that the guard reads and writes: one small file per leased service, written before its container starts,
 * in each project where the service has containers. The guard shares no code with this side; guard/lease-file
 * describes the format.
 */
export interface GuardFiles {
  /** Writes when a service must be down; without live leases, removes its file. */
  write(
    service: string,
    leases: readonly { deadline: number | null }[],
    maxTtlMs: number,
  ): Promise<void>;
  /** Writes until when a trial's containers may run, in epoch ms, under its own project; null removes it. */
  trial(project: string, deadline: number | null): Promise<void>;
  /** Notes that this worker is stopping the service, so that the guard does not. `untilMs` is epoch ms. */
  stopping(service: string, untilMs: number): Promise<void>;
  remove(service: string): Promise<void>;
  /** Writes the guard's fallback for unreadable lease files. A file with the same content is left as it is. */
  describe(maxTtlMs: number): Promise<void>;
  /** Writes a sign of life, so that an idle guard keeps running. @returns false if it could not be written */
  alive(at: number): Promise<boolean>;
  /** The latest sign of life that the guard confirmed; 0 if none. */
  echoed(): Promise<number>;
  /** Whether the file on disk matches these leases. */
  matches(service: string, leases: readonly { deadline: number | null }[]): Promise<boolean>;
  /** The guard's notes of containers that it stopped. */
  endings(): Promise<GuardEnding[]>;
  /** Deletes a note once its content is recorded; old notes are deleted automatically. */
  forgetEnding(ending: GuardEnding): Promise<void>;
}

/**
 * @param project the project of the compose file
 * @param clock the clock of the leases' deadlines; the guard uses the wall clock
 * @param containers the held containers of a service, in any project
 */
export function createGuardFiles(
  folder: string,
  project: () => string,
  clock: Clock,
  log: Logger,
  containers: (service: string) => readonly HeldContainer[] = () => [],
): GuardFiles {
  /** The last written lease files of each service, by project. */
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
  /** Logs a failed write of optional content: it must not prevent a stop, especially when the disk is full. */
  const bestEffort = (writing: Promise<void>): Promise<boolean> =>
    writing.then(
      () => true,
      (error: unknown) => {
        log.warn({ err: error }, 'a note for the guard could not be written');
        return false;
      },
    );
  /** Whether the file on disk has this content. It is read again each time, since people may delete files. */
  const hasContent = async (file: string, content: unknown): Promise<boolean> =>
    (await readFile(file, 'utf8').catch(() => null)) === JSON.stringify(content);
  /** Ids of the held containers of a service, by project. */
  const heldByProject = (service: string): Map<string, string[]> => {
    const held = containers(service).filter((one) => one.held);
    const byProject = Map.groupBy(held, (one) => one.project);
    if (byProject.size === 0) return new Map([[project(), []]]);
    return new Map([...byProject].map(([place, those]) => [place, those.map(({ id }) => id)]));
  };
  const projects = async (): Promise<string[]> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  };
  const replaceFiles = async (
    service: string,
    contents: readonly LeaseFile[],
    deadline: number | null,
  ): Promise<void> => {
    const names = contents.map((content) => content.project);
    for (const content of contents) await inFolder(leaseFile(content.project, service), content);
    const before = written.get(service)?.files;
    written.set(service, {
      files: new Map(contents.map((content) => [content.project, content])),
      deadline,
    });
    const isSame = before?.size === names.length && names.every((place) => before.has(place));
    if (!isSame)
      await removeFrom(
        (await projects()).filter((one) => !names.includes(one)),
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
  /** Removes the folders of trials that have long ended. */
  const forgetTrials = async (): Promise<void> => {
    for (const place of (await projects()).filter((one) => one.startsWith(trialPrefix))) {
      const leases = join(folder, place, 'leases');
      const [names, facts] = await Promise.all([
        readdir(leases).catch(() => []),
        stat(leases).catch(() => null),
      ]);
      if (names.length === 0 && Date.now() - (facts?.mtimeMs ?? 0) > keepTrialsMs)
        await rm(join(folder, place), { recursive: true, force: true });
    }
  };
  return {
    async write(service, live, maxTtlMs) {
      if (live.length === 0) return remove(service);
      const deadline = newestDeadline(live);
      const contents = [...heldByProject(service)].map(([place, ids]) => ({
        version: 1 as const,
        project: place,
        service,
        containers: ids,
        deadline_ms: deadline === null ? null : deadline - clock() + Date.now(),
        max_ttl_ms: maxTtlMs,
        written_ms: Date.now(),
      }));
      await replaceFiles(service, contents, deadline);
    },
    async trial(place, deadline) {
      // the guard keeps a lease whose folder is gone, so the file goes first and the folder later
      if (deadline === null) return rm(leaseFile(place, trialService), { force: true });
      await forgetTrials();
      const max_ttl_ms = Math.max(0, deadline - clock());
      const content: LeaseFile = {
        version: 1,
        project: place,
        service: trialService,
        containers: [],
        whole_project: true,
        deadline_ms: Date.now() + max_ttl_ms,
        max_ttl_ms,
        written_ms: Date.now(),
      };
      await inFolder(leaseFile(place, trialService), content);
    },
    async stopping(service, untilMs) {
      const last = written.get(service);
      if (last === undefined) return;
      const contents = [...last.files.values()].map((content) => ({
        ...content,
        stopping_until_ms: untilMs,
      }));
      await bestEffort(replaceFiles(service, contents, last.deadline));
    },
    async describe(maxTtlMs) {
      const leased = [...written.values()].flatMap(({ files }) => [...files.keys()]);
      for (const one of new Set([project(), ...leased])) {
        const content = { version: 1, project: one, max_ttl_ms: maxTtlMs };
        const file = join(folder, one, 'project.json');
        if (one !== '' && !(await hasContent(file, content)))
          await bestEffort(inFolder(file, content));
      }
    },
    remove,
    alive: (at) => bestEffort(inFolder(join(folder, 'alive.json'), { at_ms: at })),
    async echoed() {
      try {
        const text = await readFile(join(folder, 'guard.json'), 'utf8');
        return (JSON.parse(text) as { alive_ms?: number }).alive_ms ?? 0;
      } catch {
        return 0;
      }
    },
    async matches(service, live) {
      const last = written.get(service);
      if (last === undefined || last.deadline !== newestDeadline(live)) return false;
      const byProject = heldByProject(service);
      if (byProject.size !== last.files.size) return false;
      for (const [place, ids] of byProject) {
        const content = last.files.get(place);
        if (content === undefined || content.containers.join() !== ids.join()) return false;
        if (!(await hasContent(leaseFile(place, service), content))) return false;
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
