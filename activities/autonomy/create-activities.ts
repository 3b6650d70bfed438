import { createHash } from 'node:crypto';
import { candidatesOf, verdictOf } from '../../domain/autonomy.ts';
import { digestOf } from '../../domain/autonomy-digest.ts';
import type { AutonomyActivities } from './autonomy-activities.ts';
import { carryOut } from './carry-out.ts';
import type { AutonomyDeps } from './deps.ts';
import { remember } from './effects.ts';
import { look } from './look.ts';
import { reasonAbout } from './reason.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createAutonomyActivities(deps: AutonomyDeps): AutonomyActivities {
  const { store, metrics, clock } = deps;
  return {
    async observe({ cycle_id }) {
      const state = await store.autonomy.state();
      if (!state.running) return { running: false, changed: false };
      const done = metrics.observed.startTimer();
      const now = clock();
      const seen = await look(deps, now);
      const memory = await remember(deps, candidatesOf(seen), now);
      const verdict = verdictOf(seen, memory, now);
      const hash = sha256(digestOf(seen, verdict));
      const changed = hash !== state.last_hash;
      if (!changed) await store.autonomy.countRound(now, null);
      metrics.rounds.inc({ outcome: changed ? 'changed' : 'same' });
      done();
      if (!changed) return { running: true, changed };
      const id = sha256(cycle_id).slice(0, 16);
      const names = { decision_id: `decision-${id}`, correlation_id: `autonomy-${id}` };
      return { running: true, changed, ...names, at: now, hash, seen, verdict };
    },
    reason: (round) => reasonAbout(deps, round),
    carryOut: (input) => carryOut(deps, input),
  };
}
