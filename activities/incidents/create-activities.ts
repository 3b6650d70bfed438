import { hormigueroService } from '../../contracts/queues.ts';
import { isPressed } from '../../domain/autonomy/decide.ts';
import type { Ant } from '../../domain/incidents/ant.ts';
import { ants } from '../../domain/incidents/ants/table.ts';
import type { AntResult } from '../../contracts/incidents.ts';
import { dueAnts } from '../../domain/incidents/due.ts';
import type { CertificateFact } from '../../domain/incidents/facts.ts';
import type { Memory } from '../../domain/incidents/memory.ts';
import { attempt } from '../heartbeat.ts';
import type { AntDeps } from './deps.ts';
import type { AntActivities, Looked, RunAnts, ServedCertificate } from './incident-activities.ts';
import { look, oncePerRound, type Look } from './look.ts';
import { record, statesOf } from './record.ts';

const isOutside = ({ reads }: Ant): boolean => reads === 'certificates';

/** The rounds of the ants of one host. */
export const createAntActivities = (deps: AntDeps): AntActivities => ({
  runAnts: (input) => attempt(() => runAnts(deps, input)),
  judgeOutside: (input) => attempt(() => judgeOutside(deps, input)),
});

export const runAnts = (deps: AntDeps, input: RunAnts): Promise<Looked> =>
  deps.alone(() => round(deps, input, ants));

/** Lets those look that need not wait for the next round: they were woken, or their next look decides something. */
export async function lookSoon(deps: AntDeps, correlation_id: string): Promise<void> {
  const soon = ants.filter(({ name, soon_ms }) => soon_ms !== undefined && deps.woken.has(name));
  if (soon.length > 0) await deps.alone(() => round(deps, { all: false, correlation_id }, soon));
}

async function round(
  deps: AntDeps,
  { all, correlation_id }: RunAnts,
  among: readonly Ant[],
): Promise<Looked> {
  const { host, store, clock, woken } = deps;
  const [memories, states] = await Promise.all([
    store.incidents.memories(host) as Promise<Memory[]>,
    statesOf(deps),
  ]);
  const due = all ? [...among] : dueAnts(among, states, { at: clock(), memories, woken });
  const pressed = isPressed(deps.pressure());
  const read = oncePerRound(deps.readers);
  const looks: Look[] = [];
  const skipped: AntResult[] = [];
  const skip = ({ name }: Ant, detail: string): void =>
    void skipped.push({ ant: name, outcome: 'skipped', bad: 0, detail });
  /** What was changed by hand is seen under pressure, too. */
  const mustSee = ({ name, soon_ms }: Ant): boolean => soon_ms !== undefined && woken.has(name);
  let outside: Looked['outside'] = null;
  // one at a time, so that ants never add up to a burst
  for (const ant of due) {
    if (pressed && ant.always !== true && !mustSee(ant)) {
      skip(ant, 'the host is under pressure');
      continue;
    }
    // what happens from now on is seen by the next look
    woken.delete(ant.name);
    if (!isOutside(ant)) {
      const seen = await look(ant, read(ant.reads), deps);
      looks.push(seen);
      if (seen.end.error !== null && ant.soon_ms !== undefined) woken.add(ant.name);
    } else {
      const addresses = declaredAddresses(deps);
      // nothing to look at, or settings that cannot be read
      if (addresses === null || addresses.length === 0)
        looks.push(await look(ant, async () => withoutAddresses(deps), deps));
      else if (await isAwake(deps, hormigueroService)) outside = { addresses };
      else skip(ant, 'hormiguero is asleep');
    }
  }
  if (looks.length === 0 && among !== ants) return { results: skipped, outside };
  await record(deps, looks, { pressed, correlation_id });
  return { results: [...looks.map(({ result }) => result), ...skipped], outside };
}

/** Null if the settings of the stack are wrong. */
function declaredAddresses({ certificates }: AntDeps): string[] | null {
  try {
    return certificates().map(({ address }) => address);
  } catch {
    return null;
  }
}

/** @throws what is wrong with the settings */
const withoutAddresses = ({ certificates }: AntDeps): [] => {
  certificates();
  return [];
};

const isAwake = async ({ situation }: AntDeps, service: string): Promise<boolean> => {
  const { isAsleep, isMoving } = await situation();
  return !isAsleep(service) && !isMoving(service);
};

export async function judgeOutside(
  deps: AntDeps,
  { served, correlation_id }: { served: ServedCertificate[] | null; correlation_id: string },
): Promise<AntResult[]> {
  const read = async (): Promise<CertificateFact[]> => {
    if (served === null) throw new Error('hormiguero did not answer');
    const files = new Map(deps.certificates().map(({ address, file }) => [address, file]));
    return Promise.all(
      served.map(async (one) => {
        const file = files.get(one.address) ?? null;
        return { ...one, file_expires_at: file === null ? null : await deps.fileExpiry(file) };
      }),
    );
  };
  const looks = await Promise.all(ants.filter(isOutside).map((ant) => look(ant, read, deps)));
  await record(deps, looks, { pressed: isPressed(deps.pressure()), correlation_id });
  return looks.map(({ result }) => result);
}
