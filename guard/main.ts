/**
 * The guard: a dead man's switch that ends window services at their deadline when all of VX11 is dead.
 * It imports nothing of VX11, reads only the files of lease-file.ts, says that it does, and while nothing is due it leaves the Engine
 * alone. Started by the power worker as a container; removes that container when no lease has been there for long,
 * for which the container's host name has to be the Engine's own choice: the first 12 digits of its id.
 *
 *     node --max-old-space-size=24 --max-semi-space-size=1 --single-threaded --liftoff-only --optimize-for-size guard/main.ts
 *
 * takes about 28 MiB; without the flags 36
 */
import { hostname } from 'node:os';
import { decide, mayForget, quietMs, wantsLook, type Clock, type Known } from './decide.ts';
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
/** How soon to look again at a lease for which nothing was to be done. */
const lookAgainMs = 1_000;

const leases = openLeaseFolder(dir);
const engine = connectEngine(process.env.VX11_DOCKER_SOCKET ?? '/var/run/docker.sock');
const clock = (): Clock => ({ wall_ms: Date.now(), steady_ms: performance.now() });
/** One JSON line to stdout. */
const say = (msg: string, facts: Record<string, unknown> = {}): void =>
  console.log(JSON.stringify({ time: new Date().toISOString(), module: 'guard', msg, ...facts }));

const keyOf = ({ project, service }: { project: string; service: string }) =>
  `${project}/${service}`;
/** Services with a stop under way. */
const busy = new Set<string>();
/** Services of which a container was ended for their lease. */
const ended = new Set<string>();
/** When, on the steady clock, a service is worth another look. */
const nextLook = new Map<string, number>();
let lastNeeded = performance.now();
const sandboxes = createSandboxWatch(engine, graceMs);

/** Ends what is to be ended of one service, then takes its lease away when nothing of it runs. */
async function attend(known: Known, containers: Running[]): Promise<void> {
  const key = keyOf(known);
  const results = await Promise.allSettled(containers.map(({ id }) => endOne(known, id)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const allDown = results.every((result) => result.status === 'fulfilled' && result.value);
  if (!allDown) return void nextLook.set(key, performance.now() + lookAgainMs);
  const now = leases.reread(known, clock());
  if (now && mayForget(now, clock(), ended.has(key))) leases.remove(now);
  if (containers.length === 0) nextLook.set(key, performance.now() + lookAgainMs);
}

/** True when the container is down. */
async function endOne(known: Known, id: string): Promise<boolean> {
  const started = known.readable ? null : ((await engine.inspect(id))?.started_ms ?? null);
  const isDue = () => {
    const now = leases.reread(known, clock());
    return now ? decide(now, clock(), graceMs, started) : null;
  };
  const decision = isDue();
  if (!decision?.end) return false;
  const { deadline_ms } = decision;
  say('ending', { service: keyOf(known), container: id.slice(0, 12), deadline_ms });
  const { acted, after } = await engine.end(id, () => isDue()?.end ?? false);
  if (after?.running) return false;
  if (!acted) return true;
  const { project, service } = known;
  const stopped_ms = after?.finished_ms ?? Date.now();
  const forced = after?.killed ?? false;
  ended.add(keyOf(known));
  leases.writeEnded(project, { service, container_id: id, deadline_ms, stopped_ms, forced });
  say('ended', { service: keyOf(known), late_ms: stopped_ms - deadline_ms, forced });
  return true;
}

async function round(all: Known[], now: Clock): Promise<void> {
  const isBinding = (known: Known) => known.present || known.lease?.deadline_ms !== null;
  if (busy.size > 0 || all.some(isBinding)) lastNeeded = now.steady_ms;
  const wanted = all.filter(
    (known) =>
      !busy.has(keyOf(known)) &&
      wantsLook(known, now, graceMs) &&
      (nextLook.get(keyOf(known)) ?? 0) <= now.steady_ms,
  );
  if (wanted.length > 0) {
    const running = await engine.running();
    for (const known of wanted) {
      const key = keyOf(known);
      busy.add(key);
      void attend(
        known,
        running.filter((one) => keyOf(one) === key || known.lease?.containers?.includes(one.id)),
      )
        .catch(report)
        .finally(() => busy.delete(key));
    }
  }
  const removed = await sandboxes.round(all, now);
  if (removed > 0) say('ended sandboxes', { removed });
  if (now.steady_ms - lastNeeded > idleMs && now.wall_ms - leases.aliveMs() > idleMs) await leave();
  forgetOld(all);
}

/** Drops what was remembered of services whose lease is gone. */
function forgetOld(all: Known[]): void {
  const keys = new Set(all.map(keyOf));
  for (const key of ended) if (!keys.has(key)) ended.delete(key);
  for (const key of nextLook.keys()) if (!keys.has(key)) nextLook.delete(key);
}

/** Removes the container that this process runs in; outside one it only ends. */
async function leave(): Promise<void> {
  say('nothing to guard: leaving');
  if (/^[0-9a-f]{12}$/.test(hostname())) await engine.remove(hostname());
  process.exit(0);
}

let trouble = { text: '', said_ms: 0 };
/** Says a trouble that lasts once a minute, not at every round. */
function report(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  if (text === trouble.text && performance.now() - trouble.said_ms < 60_000) return;
  trouble = { text, said_ms: performance.now() };
  say('trouble, trying again', { error: text });
}

process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));
say('guarding', { dir, poll_ms: pollMs, grace_ms: graceMs });
for (;;) {
  const all = leases.read(clock());
  leases.echo();
  await round(all, clock()).catch(report);
  const pauseMs = quietMs(all, clock(), graceMs, pollMs);
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
