/**
 * The protocol between the power worker and the guard: files in one folder, VX11_GUARD_DIR, which both can write.
 *
 *     <dir>/alive.json                        { at_ms }: the worker's heartbeat, every 4 s
 *     <dir>/guard.json                        { alive_ms }: the heartbeat that the guard last read
 *     <dir>/<project>/project.json            { version: 1, project, max_ttl_ms }
 *     <dir>/<project>/leases/<service>.json   Lease of decide.ts, a file in each project where the service has containers
 *     <dir>/<project>/ended/<container>.json  EndedRecord, below
 *
 * - The worker writes a lease *before* it starts a container (to a name that does not end in `.json`, then it renames it),
 *   and again whenever the latest deadline of any window on the service moves. It removes the lease when the service is
 *   down. Just before it stops the service itself, it sets `stopping_until_ms`, so that the guard does not also signal it.
 * - `version` is 1. Members may be added: a guard ignores members that it does not know, and works without those that an
 *   older worker does not write. A lease of another version is invalid for this guard.
 * - The project is the one in which the containers were started, even if the compose file has another name by now.
 * - When a lease is past its deadline by the grace period, the guard ends the service's containers in the project and the
 *   containers that the lease names by id. `deadline_ms: null` is a hold, which never ends.
 * - For an invalid lease the guard ends containers that run longer than `max_ttl_ms`: that of the last valid lease, or else
 *   the project's, or else 4 h. It never ends a service earlier than the last valid lease allowed.
 * - While a folder cannot be read, the last valid leases stay in force.
 * - The guard records each container that it ended; the worker copies the record into the receipt and removes it. The guard
 *   removes a lease only if it is unchanged and no container of the service runs.
 * - The guard writes each new heartbeat that it reads into guard.json, so that the worker knows that both see the same
 *   folder: an Engine on another machine or in a container may have mounted another, empty one.
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
import type { Clock, KnownLease, Lease } from './decide.ts';

/** A container that the guard ended. `forced` means by SIGKILL. Instants in epoch ms. */
export interface EndedRecord {
  service: string;
  container_id: string;
  deadline_ms: number;
  stopped_ms: number;
  forced: boolean;
}

/** The leases of one guard folder, including the last valid content of each. */
export interface LeaseFolder {
  /** Reads the leases that changed since the last call; of the others it only checks the file times. */
  read(now: Clock): KnownLease[];
  /** Reads one lease again, just before the guard acts on it; undefined if it is gone. */
  reread(known: KnownLease, now: Clock): KnownLease | undefined;
  /** Removes a lease, unless it was written since it was read. */
  remove(known: KnownLease): void;
  writeEnded(project: string, record: EndedRecord): void;
  /** The time of the worker's last heartbeat in epoch ms; 0 if there was none. */
  heartbeatMs(): number;
  /** Writes the newest heartbeat to guard.json. If that fails, the worker misses it and reports the guard as blind. */
  acknowledge(): void;
}

export function openLeaseFolder(dir: string): LeaseFolder {
  const memory = new Map<string, KnownLease>();
  const aliveMs = (): number => readNumber(join(dir, 'alive.json'), 'at_ms') ?? 0;
  let echoed = 0;
  const pathOf = (project: string, service: string) =>
    join(dir, project, 'leases', `${service}.json`);

  const readOne = (project: string, service: string, now: Clock): KnownLease | undefined => {
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
    const known: KnownLease = {
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
    heartbeatMs: aliveMs,
    acknowledge() {
      const alive_ms = aliveMs();
      if (alive_ms === 0 || alive_ms === echoed) return;
      try {
        writeWhole(join(dir, 'guard.json'), { alive_ms });
        echoed = alive_ms;
      } catch {
        // retried in the next round
      }
    },
  };
}

/** Compose lets a service name begin with any of these characters. */
const leaseName = /^([a-zA-Z0-9._-]+)\.json$/;
const lastResortTtlMs = 4 * 3_600_000;

const projectMaxTtl = (dir: string, project: string): number =>
  readNumber(join(dir, project, 'project.json'), 'max_ttl_ms') ?? lastResortTtlMs;

/** Keeps only valid container ids. */
const idsOf = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((one): one is string => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one))
    : [];

const isSame = (one: Lease | null, other: Lease): boolean =>
  one?.deadline_ms === other.deadline_ms && one.stopping_until_ms === other.stopping_until_ms;

/** Writes a file atomically: a reader finds the new content or the old one, never a part. */
function writeWhole(file: string, content: object): void {
  writeFileSync(`${file}.part`, JSON.stringify(content));
  renameSync(`${file}.part`, file);
}

/** Lists a folder; null if it cannot be read. */
function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

/** Returns a text that changes whenever the file is written or replaced; null if the file does not exist. */
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

/** Reads a lease; null for anything but a valid lease of this project and service. */
function readLease(file: string, project: string, service: string): Lease | null {
  const value = readObject(file);
  const isValid =
    value?.version === 1 &&
    value.project === project &&
    value.service === service &&
    (value.deadline_ms === null || isAmount(value.deadline_ms)) &&
    (value.stopping_until_ms === undefined || isAmount(value.stopping_until_ms)) &&
    (value.whole_project === undefined || typeof value.whole_project === 'boolean') &&
    isAmount(value.max_ttl_ms);
  return isValid ? { ...(value as unknown as Lease), containers: idsOf(value.containers) } : null;
}
