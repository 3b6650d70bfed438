import type { Observation } from '../../contracts/autonomy.ts';
import { isPressed, type LoopDecision } from './decide.ts';

/**
 * The part of an observation whose change justifies another model call, as text: the state and the eligible actions,
 * without durations and other figures that always change.
 */
export function digestOf(observation: Observation, decision: LoopDecision): string {
  return JSON.stringify([
    observation.engine,
    observation.hosts.map((host) => [host.host, isPressed(host)]),
    observation.troubled.map(({ host, name, health }) => [host, name, health]),
    observation.windows.map(({ window_id, state }) => [window_id, state]),
    observation.plans_waiting,
    observation.intents.map(({ lane_id, intent_ids }) => [lane_id, intent_ids]),
    (observation.red ?? []).map(({ host, suite, checks }) => [host, suite, checks]),
    decision.eligible.map(({ key }) => key),
  ]);
}
