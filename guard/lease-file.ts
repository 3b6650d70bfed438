/**
 * The protocol between the power worker and the guard: files in one folder, VX11_GUARD_DIR, that both can write.
 *
 *     <dir>/alive.json                        { at_ms }: the worker lives; touched every 4 s
 *     <dir>/guard.json                        { alive_ms }: the sign of life that the guard last read
 *     <dir>/<project>/project.json            { version: 1, project, max_ttl_ms }
 *     <dir>/<project>/leases/<service>.json   Lease of decide.ts, a file in each project where the service has containers
 *     <dir>/<project>/ended/<container>.json  EndedRecord, below
 *
 * - The worker writes a lease (to a name that does not end in `.json`, then rename) *before* it starts a container,
 *   and again whenever the newest deadline of any window on the service moves; it removes it when the service is down.
 *   Just before it stops the service itself it sets `stopping_until_ms`, so that the guard does not signal as well.
 * - `version` is 1. Members may be added to it: a guard passes over those that it does not know, and does without those
 *   that an older worker does not write. Another version is one that this guard cannot understand.
 * - The project is the one that the containers were started in, whatever the compose file names by now.
 * - A lease past its deadline by the grace ends the service's containers in its project, and those that it names by id. `deadline_ms: null` is a hold: never ended.
 * - A lease that cannot be understood ends what runs longer than its start plus `max_ttl_ms`: the one last understood,
 *   else the project's, else 4 h. It never ends a service earlier than what was last understood allowed.
 * - While a folder cannot be read, what was last understood stays in force.
 * - The guard records each container that it ended; the worker puts that into the receipt and removes the record.
 *   The guard removes a lease only when it is unchanged and nothing of the service runs.
 * - The guard writes each new sign of life that it reads into guard.json, so that the worker knows that both see one
 *   folder: an Engine elsewhere, or in a container, may have mounted another one, which is empty.
 * - Instants are epoch ms of the host's wall clock.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock, Known, Lease } from './decide.ts';

/** What the guard ended. `forced` means by SIGKILL. */
export interface EndedRecord {
  service: string;
  container_id: string;
  deadline_ms: number;
  stopped_ms: number;
  forced: boolean;
}

/** The leases of one guard folder, with the memory of what they last said. */
export interface LeaseFolder {
  /** Reads what changed since the last time; where nothing did, it only looks at file times. */
  read(now: Clock): Known[];
  /** Reads one lease again, just before something is done for its sake; undefined when it is gone. */
  reread(known: Known, now: Clock): Known | undefined;
  /** Removes a lease, unless it was written again since it was read. */
  remove(known: Known): void;
  writeEnded(project: string, record: EndedRecord): void;
  /** When the worker last said that it lives; 0 where it never did. */
  aliveMs(): number;
  /** Says which sign of life was read; where that cannot be written, the worker misses it and tells. */
  echo(): void;
}

export function openLeaseFolder(dir: string): LeaseFolder {
  const memory = new Map<string, Known>();
  const aliveMs = (): number => readNumber(join(dir, 'alive.json'), 'at_ms') ?? 0;
  let echoed = 0;
  const pathOf = (project: string, service: string) =>
    join(dir, project, 'leases', `${service}.json`);

  const readOne = (project: string, service: string, now: Clock): Known | undefined => {
    const file = pathOf(project, service);
    const key = `${project}/${service}`;
    const before = memory.get(key);
    const stamp = stampOf(file);
    if (stamp === null) {
      memory.delete(key);
      return undefined;
    }
    if (before?.stamp === stamp && stamp !== 'unreadable')
      return Object.assign(before, { present: true });
    const lease = readLease(file, project, service);
    const same = before && (lease ? isSame(before.lease, lease) : !before.readable);
    const known: Known = {
      project,
      service,
      stamp,
      present: true,
      readable: lease !== null,
      lease: lease ?? before?.lease ?? null,
      max_ttl_ms: (lease ?? before?.lease)?.max_ttl_ms ?? projectMaxTtl(dir, project),
      seen: same ? before.seen : now,
    };
    memory.set(key, known);
    return known;
  };

  return {
    read(now) {
      for (const known of memory.values()) known.present = false;
      for (const project of namesIn(dir) ?? []) {
        const names = namesIn(join(dir, project, 'leases'));
        if (names === null) continue;
        const services = new Set(names.flatMap((name) => leaseName.exec(name)?.[1] ?? []));
        for (const [key, known] of memory)
          if (known.project === project && !services.has(known.service)) memory.delete(key);
        for (const service of services) readOne(project, service, now);
      }
      return [...memory.values()];
    },
    reread: (known, now) =>
      namesIn(join(dir, known.project, 'leases')) === null
        ? known
        : readOne(known.project, known.service, now),
    remove(known) {
      const file = pathOf(known.project, known.service);
      const stamp = stampOf(file);
      if (stamp !== null && stamp !== known.stamp) return;
      rmSync(file, { force: true });
      memory.delete(`${known.project}/${known.service}`);
    },
    writeEnded(project, record) {
      const folder = join(dir, project, 'ended');
      mkdirSync(folder, { recursive: true });
      writeWhole(join(folder, `${record.container_id}.json`), record);
    },
    aliveMs,
    echo() {
      const alive_ms = aliveMs();
      if (alive_ms === 0 || alive_ms === echoed) return;
      try {
        writeWhole(join(dir, 'guard.json'), { alive_ms });
        echoed = alive_ms;
      } catch {
        // tried again at the next look
      }
    },
  };
}

/** Compose lets a service's name begin with any of these. */
const leaseName = /^([a-zA-Z0-9._-]+)\.json$/;
const lastResortTtlMs = 4 * 3_600_000;

const projectMaxTtl = (dir: string, project: string): number =>
  readNumber(join(dir, project, 'project.json'), 'max_ttl_ms') ?? lastResortTtlMs;

/** Only ids, whatever somebody wrote. */
const idsOf = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((one): one is string => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one))
    : [];

const isSame = (one: Lease | null, other: Lease): boolean =>
  one?.deadline_ms === other.deadline_ms && one.stopping_until_ms === other.stopping_until_ms;

/** Whoever reads it finds all of it or what was there before. */
function writeWhole(file: string, content: object): void {
  writeFileSync(`${file}.part`, JSON.stringify(content));
  renameSync(`${file}.part`, file);
}

/** Null where the folder cannot be read. */
function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

/** Changes whenever the file was written or replaced; null where it is not there. */
function stampOf(file: string): string | null {
  try {
    const { mtimeNs, ino, size } = statSync(file, { bigint: true });
    return `${mtimeNs}:${ino}:${size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unreadable';
  }
}

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

function readObject(file: string): Partial<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function readNumber(file: string, member: string): number | undefined {
  const value = readObject(file)?.[member];
  return isAmount(value) ? value : undefined;
}

/** Null for anything but a whole lease of this project and service. */
function readLease(file: string, project: string, service: string): Lease | null {
  const value = readObject(file);
  const isWhole =
    value?.version === 1 &&
    value.project === project &&
    value.service === service &&
    (value.deadline_ms === null || isAmount(value.deadline_ms)) &&
    (value.stopping_until_ms === undefined || isAmount(value.stopping_until_ms)) &&
    isAmount(value.max_ttl_ms);
  return isWhole ? { ...(value as unknown as Lease), containers: idsOf(value.containers) } : null;
}
