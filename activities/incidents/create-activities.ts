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

export async function runAnts(deps: AntDeps, { all, correlation_id }: RunAnts): Promise<Looked> {
  const { host, store, clock } = deps;
  const [memories, states] = await Promise.all([
    store.incidents.memories(host) as Promise<Memory[]>,
    statesOf(deps),
  ]);
  const woken = deps.woken();
  const due = all ? [...ants] : dueAnts(ants, states, { at: clock(), memories, woken });
  const pressed = isPressed(deps.pressure());
  const read = oncePerRound(deps.readers);
  const looks: Look[] = [];
  const skipped: AntResult[] = [];
  const skip = ({ name }: Ant, detail: string): void =>
    void skipped.push({ ant: name, outcome: 'skipped', bad: 0, detail });
  let outside: Looked['outside'] = null;
  // one at a time, so that ants never add up to a burst
  for (const ant of due) {
    if (pressed && ant.always !== true) skip(ant, 'the host is under pressure');
    else if (!isOutside(ant)) looks.push(await look(ant, read(ant.reads), deps));
    else {
      const addresses = declaredAddresses(deps);
      // nothing to look at, or settings that cannot be read
      if (addresses === null || addresses.length === 0)
        looks.push(await look(ant, async () => withoutAddresses(deps), deps));
      else if (await isAwake(deps, hormigueroService)) outside = { addresses };
      else skip(ant, 'hormiguero is asleep');
    }
  }
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
