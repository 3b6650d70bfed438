import { candidatesOf, intentsOnly, loopDecisionOf } from '../../domain/autonomy/decide.ts';
import { digestOf } from '../../domain/autonomy/digest.ts';
import type { AutonomyActivities } from './autonomy-activities.ts';
import { carryOut } from './carry-out.ts';
import type { AutonomyDeps } from './deps.ts';
import { hasBusiness, remember } from './effects.ts';
import { observe } from './observe.ts';
import { reasonAbout } from './reason.ts';
import { sha256 } from '../../platform/hash.ts';

export function createAutonomyActivities(deps: AutonomyDeps): AutonomyActivities {
  const { store, metrics, clock } = deps;
  return {
    async observe({ cycle_id }) {
      const { running, last_hash } = await store.autonomy.state();
      const now = clock();
      const nothing = { running, changed: false } as const;
      if (!running && !(await hasBusiness(store, now))) return nothing;
      const done = metrics.observed.startTimer();
      const all = await observe(deps, now);
      const memory = await remember(deps, candidatesOf(all), now);
      const seen = running ? all : intentsOnly(all);
      const verdict = loopDecisionOf(seen, memory, now);
      const hash = sha256(digestOf(seen, verdict));
      const changed = hash !== last_hash && (running || seen.intents.length > 0);
      if (!changed) await store.autonomy.countRound(now, null);
      metrics.rounds.inc({ outcome: changed ? 'changed' : 'same' });
      done();
      if (!changed) return nothing;
      const id = sha256(cycle_id).slice(0, 16);
      const names = { decision_id: `decision-${id}`, correlation_id: `autonomy-${id}` };
      return { running, changed, ...names, at: now, hash, seen, verdict };
    },
    reason: (round) => reasonAbout(deps, round),
    carryOut: (input) => carryOut(deps, input),
  };
}
