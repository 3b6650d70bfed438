import { newId } from '../../contracts/ids.ts';
import type { Ant, Subject } from '../../domain/incidents/ant.ts';
import { ants } from '../../domain/incidents/ants/table.ts';
import { afterRound, type AntState, type LookEnd } from '../../domain/incidents/due.ts';
import { judge, type Judgement } from '../../domain/incidents/judge.ts';
import { isPending, type Memory } from '../../domain/incidents/memory.ts';
import { eventsOf } from '../../domain/incidents/storm.ts';
import { subjectText } from '../../domain/incidents/subject.ts';
import { sha256 } from '../../platform/hash.ts';
import type { AntDeps } from './deps.ts';
import type { Look } from './look.ts';
import { notifyLanes } from './notify-lanes.ts';
import { patchedSince } from './patched-since.ts';

/** Turns the looks of a round into incidents, and writes them with what the ants remember, in one transaction. */
export async function record(
  deps: AntDeps,
  looks: readonly Look[],
  { pressed, correlation_id }: { pressed: boolean; correlation_id: string },
): Promise<void> {
  const { host, store, clock, random, metrics } = deps;
  const at = clock();
  const situation = await deps.situation();
  const states = await statesOf(deps);
  const patched = await patchedSince(store, host);
  const fingerprint = (subject: Subject): string => sha256(subjectText(host, subject));
  const newIncidentId = (): string => newId('incident');
  const judged = await store.incidents.round<Judged>(host, ({ incidents, memories }) => {
    const about = { host, at, correlation_id, fingerprint, newId: newIncidentId };
    const around = { ...situation, ...about, patchedSince: patched };
    const judgement = judge(
      looks.map((one) => one.judged),
      { incidents, memories: memories as Memory[] },
      around,
    );
    const ends = new Map(
      looks.map((one) => [one.end, one.judged.ant] as const).map(endOf(judgement)),
    );
    const now = afterRound(ants, states, ends, { at, pressed, random });
    return {
      ...judgement,
      states: now.filter((state) => ends.has(state.ant) || !states.has(state.ant)),
      events: eventsOf(judgement.announced, at),
    };
  });
  for (const memory of judged.memories.values())
    if (memory !== null && isPending(memory) && soon.has(memory.ant)) deps.woken.add(memory.ant);
  for (const { type } of judged.announced) metrics.changes.inc({ change: type });
  if (judged.announced.length > 0) await showOpen(deps);
  await notifyLanes(deps, judged.toNotify);
}

/** The ants whose next look comes soon if it decides something. */
const soon: ReadonlySet<string> = new Set(
  ants.filter(({ soon_ms }) => soon_ms !== undefined).map(({ name }) => name),
);

type Judged = Judgement & { states: AntState[]; events: ReturnType<typeof eventsOf> };

const endOf =
  ({ hits }: Judgement) =>
  ([end, ant]: readonly [LookEnd, string]): [string, LookEnd] => [
    ant,
    { ...end, hits: hits.get(ant) ?? 0 },
  ];

/** What is kept of the ants that there are. */
export async function statesOf({
  store,
  host,
}: Pick<AntDeps, 'store' | 'host'>): Promise<Map<string, AntState>> {
  const kept = await store.ants.states(host);
  const names = new Set(ants.map(({ name }: Ant) => name));
  const states = kept.map(({ state }) => state as AntState).filter(({ ant }) => names.has(ant));
  return new Map(states.map((state) => [state.ant, state]));
}

async function showOpen({ store, host, metrics }: AntDeps): Promise<void> {
  const open = await store.incidents.open(host);
  for (const [severity, count] of Object.entries(open)) metrics.open.set({ host, severity }, count);
}
