import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { identify, isAlive } from '../../platform/process-identity.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import type { Store } from '../../store/index.ts';
import type { HostLease as HostLeaseRow } from '../../store/system/host-lease.ts';

/**
 * The lease on a host. One process at a time may act on a host, since two would undo each other's work; a second process
 * waits until the first has ended. On the same machine the process id shows that, so that a slow process keeps its lease. A
 * holder on another machine, or in another container, counts as gone if it has not renewed the lease for 10 s.
 */
export interface HostLease {
  /** Waits until this process has the lease, or `signal` aborts. @returns whether it has the lease */
  hold(signal: AbortSignal): Promise<boolean>;
  /** Returns whether this process has the lease. Renews it first if it is old, since the process may have stood still. */
  isHeld(): Promise<boolean>;
  /** Aborts when another process has taken the lease, with an error that names it. */
  readonly lost: AbortSignal;
  /** Describes another process that currently waits for the host; null if there is none. */
  contender(): string | null;
  /** Releases the lease, so that another process need not wait. */
  leave(): Promise<void>;
}

/** One run of one process. */
interface Holder {
  id: string;
  process: string;
  home: string;
  /** Identifies the boot and the pid namespace, within which process ids are comparable. */
  machine: string;
  hostname: string;
  pid: number;
  started: string;
}

interface LeaseDeps {
  store: Store;
  host: string;
  process: string;
  home: string;
  log: Logger;
  /** Shows a sentence that says why this process has to wait. */
  say?: (sentence: string) => void;
  /** Identifies the boot and the pid namespace; detected by default. */
  machine?: string;
  /** A remote holder that has not renewed for this long is gone; ms. */
  goneMs?: number;
}

const defaultGoneMs = 10_000;
/** At the start, a store that takes longer than this counts as not writable. */
const takeMs = 2000;
/** How long `isHeld` waits for a renewal. */
const renewWaitMs = 1000;

export function createHostLease(deps: LeaseDeps): HostLease {
  const { store, host, log, goneMs = defaultGoneMs, machine = thisMachine } = deps;
  const renewMs = goneMs / 4;
  const me = JSON.stringify(holderOf(deps.process, deps.home, machine));
  const lost = new AbortController();
  let held = false;
  /** When the last renewal was attempted, successful or not; monotonic ms. */
  let renewedAt = -Infinity;
  let contender: { is: string; seenAt: number; at: number } | null = null;
  /** The other process's lease as last seen, and since when it is unchanged; monotonic ms. */
  let other: { holder: string; at: number; since: number } | null = null;
  let timer: NodeJS.Timeout | undefined;

  const isGone = (known: HostLeaseRow): boolean => {
    const { machine: where, pid, started } = parse(known.holder);
    if (where === machine && pid !== undefined && started !== undefined)
      return !isAlive({ pid, started });
    if (other?.holder !== known.holder || other.at !== known.at)
      other = { holder: known.holder, at: known.at, since: performance.now() };
    return performance.now() - other.since >= goneMs;
  };
  const take = async (): Promise<HostLeaseRow> => {
    const row = await store.hostLease.take(host, me, Date.now(), isGone);
    if (row.contender !== null && row.contended_at !== null && row.contended_at !== contender?.at)
      contender = { is: row.contender, at: row.contended_at, seenAt: performance.now() };
    return row;
  };
  /** A store that is not writable cannot fence processes. Without a visible holder this one proceeds, to keep deadlines. */
  const look = async (): Promise<HostLeaseRow | null> => {
    try {
      return await timeout(takeMs, 'taking the lease of this host', take());
    } catch (error) {
      log.warn({ err: error }, 'could not write the lease of this host');
      const known = await store.hostLease.find(host);
      return known === null || known.holder === me || isGone(known) ? null : known;
    }
  };
  const renew = async (): Promise<void> => {
    try {
      const { holder } = await take();
      if (holder !== me && !lost.signal.aborted) lost.abort(new Error(lostText(host, holder)));
    } catch (error) {
      // while the store is not writable, no other process can take the lease either
      log.debug({ err: error }, 'could not renew the lease of this host');
    }
    renewedAt = performance.now();
  };
  const plan = (): void => {
    timer = setTimeout(
      () => void renew().then(() => (held && !lost.signal.aborted ? plan() : null)),
      renewMs,
    );
  };
  return {
    lost: lost.signal,
    async hold(signal) {
      let said = '';
      while (!signal.aborted) {
        const row = await look().catch(() => undefined);
        if (row === null || row?.holder === me) {
          if (said !== '') log.warn('this process has the host now');
          held = true;
          renewedAt = performance.now();
          plan();
          return true;
        }
        const sentence = row === undefined ? '' : waitText(host, row.holder);
        if (sentence !== '' && sentence !== said) {
          log.warn(sentence);
          deps.say?.(sentence);
          said = sentence;
        }
        await pause(renewMs / 2, signal);
      }
      return false;
    },
    async isHeld() {
      // bounded, so that a hanging store delays no deadline
      if (held && performance.now() - renewedAt > 0.8 * goneMs)
        await Promise.race([renew(), pause(renewWaitMs)]);
      return held && !lost.signal.aborted;
    },
    contender: () =>
      contender !== null && performance.now() - contender.seenAt < goneMs
        ? `${whoIs(contender.is)} asks for host ${host} too, and waits`
        : null,
    async leave() {
      held = false;
      clearTimeout(timer);
      await store.hostLease.leave(host, me).catch(() => undefined);
    },
  };
}

function holderOf(name: string, home: string, machine: string): Holder {
  const { pid } = process;
  const started = identify(pid)?.started ?? '';
  return { id: randomUUID(), process: name, home, machine, hostname: hostname(), pid, started };
}

/** The boot id and the pid namespace; the hostname on systems without them. */
const thisMachine = ((): string => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
})();

function parse(holder: string): Partial<Holder> {
  try {
    return JSON.parse(holder) as Partial<Holder>;
  } catch {
    return {};
  }
}

function whoIs(holder: string): string {
  const { process: name = 'a process', pid, hostname: where, home } = parse(holder);
  return `${name} (process ${pid ?? '?'} on ${where ?? '?'}, home ${home ?? '?'})`;
}

const waitText = (host: string, holder: string): string =>
  `The host ${host} is already looked after by ${whoIs(holder)}: this one waits, and opens and ends nothing. ` +
  'End that one, or give this one another VX11_HOST.';

const lostText = (host: string, holder: string): string =>
  `The host ${host} was taken over by ${whoIs(holder)}, because this process had stopped renewing its lease: ` +
  'it stopped acting, and waits for the host when it starts again.';
