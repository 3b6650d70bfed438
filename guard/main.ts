/**
 * The guard: a dead man's switch that ends window services at their deadline even if all of VX11 is dead.
 * It imports nothing else of VX11, reads only the files of lease-file.ts and acknowledges their heartbeat, and makes no call
 * to the Engine while nothing is due. The power worker starts it as a container. It removes that container when there has
 * been no lease for long; for that, the container's host name must be the Engine's default, the first 12 digits of its id.
 *
 *     node --max-old-space-size=24 --max-semi-space-size=1 --single-threaded --liftoff-only --optimize-for-size guard/main.ts
 *
 * takes about 28 MiB, and 36 MiB without the flags.
 */
import { hostname } from 'node:os';
import { decide, mayForget, quietMs, needsEngine, type Clock, type KnownLease } from './decide.ts';
import { connectEngine, type Running } from './engine.ts';
import { openLeaseFolder } from './lease-file.ts';
import { createSandboxWatch } from './sandboxes.ts';

const setting = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
};
const dir = process.env.VX11_GUARD_DIR ?? '/guard';
const pollMs = Math.max(50, setting('VX11_GUARD_POLL_MS', 500));
const graceMs = setting('VX11_GUARD_GRACE_MS', 750);
const idleMs = setting('VX11_GUARD_IDLE_MS', 600_000);
/** The pause before the Engine is asked again about a lease that needed no action. */
const recheckMs = 1_000;

const leases = openLeaseFolder(dir);
const engine = connectEngine(process.env.VX11_DOCKER_SOCKET ?? '/var/run/docker.sock');
const clock = (): Clock => ({ wall_ms: Date.now(), steady_ms: performance.now() });
/** Writes one JSON line to stdout. */
const log = (msg: string, facts: Record<string, unknown> = {}): void =>
  console.log(JSON.stringify({ time: new Date().toISOString(), module: 'guard', msg, ...facts }));

const keyOf = ({ project, service }: { project: string; service: string }) =>
  `${project}/${service}`;
/** Services with a stop in progress. */
const busy = new Set<string>();
/** Services whose lease has ended a container. */
const ended = new Set<string>();
/** When, on the monotonic clock, the Engine may be asked about a service again. */
const nextCheck = new Map<string, number>();
let lastNeeded = performance.now();
const sandboxes = createSandboxWatch(engine, graceMs);

/** Ends the due containers of one service, then removes its lease if none of its containers runs. */
async function enforce(known: KnownLease, containers: Running[]): Promise<void> {
  const key = keyOf(known);
  const results = await Promise.allSettled(containers.map(({ id }) => endOne(known, id)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const allDown = results.every((result) => result.status === 'fulfilled' && result.value);
  if (!allDown) return void nextCheck.set(key, performance.now() + recheckMs);
  const now = leases.reread(known, clock());
  if (now && mayForget(now, clock(), ended.has(key))) leases.remove(now);
  if (containers.length === 0) nextCheck.set(key, performance.now() + recheckMs);
}

/** Ends a container if it is due. Returns true if the container is down afterwards. */
async function endOne(known: KnownLease, id: string): Promise<boolean> {
  const started = known.readable ? null : ((await engine.inspect(id))?.started_ms ?? null);
  const isDue = () => {
    const now = leases.reread(known, clock());
    return now ? decide(now, clock(), graceMs, started) : null;
  };
  const decision = isDue();
  if (!decision?.end) return false;
  const { deadline_ms } = decision;
  log('ending', { service: keyOf(known), container: id.slice(0, 12), deadline_ms });
  const { acted, after } = await engine.end(id, () => isDue()?.end ?? false);
  if (after?.running) return false;
  if (!acted) return true;
  const { project, service } = known;
  const stopped_ms = after?.finished_ms ?? Date.now();
  const forced = after?.killed ?? false;
  ended.add(keyOf(known));
  leases.writeEnded(project, { service, container_id: id, deadline_ms, stopped_ms, forced });
  log('ended', { service: keyOf(known), late_ms: stopped_ms - deadline_ms, forced });
  return true;
}

const isOf = (known: KnownLease, one: Running): boolean =>
  keyOf(one) === keyOf(known) ||
  known.lease?.containers?.includes(one.id) === true ||
  (known.lease?.whole_project === true && one.project === known.project);

async function round(all: KnownLease[], now: Clock): Promise<void> {
  const isBinding = (known: KnownLease) => known.present || known.lease?.deadline_ms !== null;
  if (busy.size > 0 || all.some(isBinding)) lastNeeded = now.steady_ms;
  const wanted = all.filter(
    (known) =>
      !busy.has(keyOf(known)) &&
      needsEngine(known, now, graceMs) &&
      (nextCheck.get(keyOf(known)) ?? 0) <= now.steady_ms,
  );
  if (wanted.length > 0) {
    const running = await engine.running();
    for (const known of wanted) {
      const key = keyOf(known);
      busy.add(key);
      void enforce(
        known,
        running.filter((one) => isOf(known, one)),
      )
        .catch(report)
        .finally(() => busy.delete(key));
    }
  }
  const removed = await sandboxes.round(all, now);
  if (removed > 0) log('ended sandboxes', { removed });
  if (now.steady_ms - lastNeeded > idleMs && now.wall_ms - leases.heartbeatMs() > idleMs)
    await leave();
  forgetOld(all);
}

/** Drops the state of services whose lease is gone. */
function forgetOld(all: KnownLease[]): void {
  const keys = new Set(all.map(keyOf));
  for (const key of ended) if (!keys.has(key)) ended.delete(key);
  for (const key of nextCheck.keys()) if (!keys.has(key)) nextCheck.delete(key);
}

/** Removes the container that this process runs in and exits; outside a container it only exits. */
async function leave(): Promise<void> {
  log('nothing to guard: leaving');
  if (/^[0-9a-f]{12}$/.test(hostname())) await engine.remove(hostname());
  process.exit(0);
}

let lastError = { text: '', logged_ms: 0 };
/** Logs an error; one that repeats in every round is logged once a minute. */
function report(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  if (text === lastError.text && performance.now() - lastError.logged_ms < 60_000) return;
  lastError = { text, logged_ms: performance.now() };
  log('trouble, trying again', { error: text });
}

process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));
log('guarding', { dir, poll_ms: pollMs, grace_ms: graceMs });
for (;;) {
  const all = leases.read(clock());
  leases.acknowledge();
  await round(all, clock()).catch(report);
  const pauseMs = quietMs(all, clock(), graceMs, pollMs);
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
