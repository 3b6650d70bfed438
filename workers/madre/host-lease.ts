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
 * The power over a host, which one process has at a time: two would undo what the other does. The second one waits until
 * the first has ended. On one machine that can be seen, and a process that is only slow keeps the host, as it keeps its
 * project; one of another machine, or of another container, is gone when nothing was heard of it for 10 s.
 */
export interface HostLease {
  /** Waits until this process has it, or `signal` aborts. @returns whether it has it */
  hold(signal: AbortSignal): Promise<boolean>;
  /** Is it still ours? Asks the store where it was not renewed lately, since this process may have stood still. */
  isHeld(): Promise<boolean>;
  /** Aborts, with an error that says who has it, when another process has taken it. */
  readonly lost: AbortSignal;
  /** Another process that asked for the host lately, and waits. */
  contender(): string | null;
  /** Gives it up, so that another process need not wait. */
  leave(): Promise<void>;
}

/** One run of one process. */
interface Holder {
  id: string;
  process: string;
  home: string;
  /** Where process ids mean the same: one boot, and one namespace of it. */
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
  /** Hears that this process has to wait, and why. */
  say?: (sentence: string) => void;
  /** Where process ids mean the same. */
  machine?: string;
  /** A holder that has renewed nothing for this long, while it could be seen, is gone; ms. */
  goneMs?: number;
}

const defaultGoneMs = 10_000;
/** A store that takes longer at the start is one that takes no writes. */
const takeMs = 2000;
/** How long a round waits to hear whether the host is still ours. */
const patienceMs = 1000;

export function createHostLease(deps: LeaseDeps): HostLease {
  const { store, host, log, goneMs = defaultGoneMs, machine = thisMachine } = deps;
  const renewMs = goneMs / 4;
  const me = JSON.stringify(holderOf(deps.process, deps.home, machine));
  const lost = new AbortController();
  let held = false;
  /** When the store was last asked, with whatever answer; steady ms. */
  let askedAt = -Infinity;
  let contender: { is: string; seenAt: number; at: number } | null = null;
  /** The lease of another as it was last seen, and since when it has not changed; steady ms. */
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
  /** A store that takes no writes cannot fence anybody: who sees nobody else goes on, or no deadline would be kept. */
  const look = async (): Promise<HostLeaseRow | null> => {
    try {
      return await timeout(takeMs, 'taking the lease of this host', take());
    } catch (error) {
      log.warn({ err: error }, 'the store does not take the lease of this host');
      const known = await store.hostLease.find(host);
      return known === null || known.holder === me || isGone(known) ? null : known;
    }
  };
  const renew = async (): Promise<void> => {
    try {
      const { holder } = await take();
      if (holder !== me && !lost.signal.aborted) lost.abort(new Error(lostText(host, holder)));
    } catch (error) {
      // nobody else can take it there either
      log.debug({ err: error }, 'the lease of this host could not be renewed yet');
    }
    askedAt = performance.now();
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
          askedAt = performance.now();
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
      // no deadline waits for a store that hangs
      if (held && performance.now() - askedAt > 0.8 * goneMs)
        await Promise.race([renew(), pause(patienceMs)]);
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

/** The boot of this machine and the namespace of our process ids; its name where the system has no such thing. */
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
  `The host ${host} was taken over by ${whoIs(holder)}, since nothing was heard of this process for a while: ` +
  'it stopped acting, and waits for the host when it starts again.';
