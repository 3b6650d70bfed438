import type { Observation } from '../../contracts/autonomy.ts';
import { isPressed, type LoopDecision } from './decide.ts';

/**
 * What is worth a new thought when it changes, as text: not how long something has been so, nor figures that move by
 * themselves, but what may be done about it.
 */
export function digestOf(seen: Observation, verdict: LoopDecision): string {
  return JSON.stringify([
    seen.engine,
    seen.hosts.map((host) => [host.host, isPressed(host)]),
    seen.troubled.map(({ host, name, health }) => [host, name, health]),
    seen.windows.map(({ window_id, state }) => [window_id, state]),
    seen.plans_waiting,
    seen.intents.map(({ lane_id, intent_ids }) => [lane_id, intent_ids]),
    verdict.eligible.map(({ key }) => key),
  ]);
}
