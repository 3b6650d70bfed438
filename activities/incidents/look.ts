import type { AntResult } from '../../contracts/incidents.ts';
import type { Ant } from '../../domain/incidents/ant.ts';
import type { LookEnd } from '../../domain/incidents/due.ts';
import type { AntFacts } from '../../domain/incidents/facts.ts';
import type { AntLook } from '../../domain/incidents/judge.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import type { AntDeps } from './deps.ts';

/** A look that takes longer has failed. */
const lookMs = 5000;
const mostWords = 200;

/** One look, as it is judged, as it weighs, and as it is shown. */
export interface Look {
  judged: AntLook;
  end: LookEnd;
  result: AntResult;
}

/** Lets one ant look at its facts. Never throws. @param read its facts; several ants may share them */
export async function look(
  ant: Ant,
  read: () => Promise<AntFacts[keyof AntFacts]>,
  { clock, metrics, log }: Pick<AntDeps, 'clock' | 'metrics' | 'log'>,
): Promise<Look> {
  const began = performance.now();
  const took = (): number => performance.now() - began;
  try {
    const facts = await timeout(lookMs, `the look of ${ant.name}`, read());
    const sightings = ant.look(facts, clock());
    const bad = sightings.filter(({ state }) => state === 'bad').length;
    metrics.looks.inc({ ant: ant.name, outcome: 'looked' });
    metrics.seconds.observe({ ant: ant.name }, took() / 1000);
    return {
      judged: { ant: ant.name, sightings },
      end: { took_ms: took(), hits: 0, error: null },
      result: { ant: ant.name, outcome: 'looked', bad, detail: null },
    };
  } catch (error) {
    const detail = (error instanceof Error ? error.message : String(error)).slice(0, mostWords);
    log.debug({ err: error, ant: ant.name }, 'an ant could not look');
    metrics.looks.inc({ ant: ant.name, outcome: 'failed' });
    return {
      judged: { ant: ant.name, sightings: null },
      end: { took_ms: took(), hits: 0, error: detail },
      result: { ant: ant.name, outcome: 'failed', bad: 0, detail },
    };
  }
}

/** Reads each kind of facts once in a round. */
export function oncePerRound(
  readers: Partial<{ [Fact in keyof AntFacts]: () => Promise<AntFacts[Fact]> }>,
): (fact: keyof AntFacts) => () => Promise<AntFacts[keyof AntFacts]> {
  const read = new Map<keyof AntFacts, Promise<AntFacts[keyof AntFacts]>>();
  return (fact) => () => {
    const known = read.get(fact);
    if (known !== undefined) return known;
    const reader = readers[fact];
    const now = reader === undefined ? Promise.reject(new Error('nothing reads it')) : reader();
    read.set(fact, now);
    return now;
  };
}
