import type {
  Alternative,
  AutonomyAction,
  Candidate,
  Observation,
} from '../../contracts/autonomy.ts';
import { laneKey, notNow, type Memory } from './memory.ts';
import { mendsChecks, noRepairNow, repairsFor } from './red-checks.ts';

/** The actor name of the loop in logs, plans, windows and the costs of model calls. */
export const autonomyActor = 'autonomy';

/** A fault shorter than this is ignored, since it may end by itself. */
const faultSeconds = 60;
/** If a window has waited this long for room, the loop considers closing one of its own. */
const queueSeconds = 300;

/** A machine at or above one of these values is under pressure: load per core, fraction of memory in use. */
const pressure = { load: 1.5, memory: 0.92 };
export const isPressed = (host: { load: number; memory: number }): boolean =>
  host.load >= pressure.load || host.memory >= pressure.memory;

/** A candidate with its priority; the highest weight comes first. */
interface Ranked extends Candidate {
  weight: number;
}

/** All actions that the observation suggests, the most important first. */
export function candidatesOf(observation: Observation): Candidate[] {
  const found = [
    ...fromServices(observation),
    ...fromHosts(observation),
    ...fromQueue(observation),
    ...fromIntents(observation),
    ...repairsFor(observation),
  ];
  return found
    .toSorted((one, other) => other.weight - one.weight || (one.key < other.key ? -1 : 1))
    .map(({ key, action, because, params }) => ({ key, action, because, params }));
}

function fromServices({ troubled }: Observation): Ranked[] {
  return troubled
    .filter(({ for_seconds }) => for_seconds >= faultSeconds)
    .map(({ name, host, tier, health, for_seconds, window_ids }): Ranked => {
      const because = `${name} has been ${health} for ${for_seconds} s`;
      const [window_id] = window_ids;
      if (tier === 'window' && window_id !== undefined) {
        const params = { service: name, host, window_id };
        return { key: `part:${host}/${name}`, action: 'repair', because, params, weight: 70 };
      }
      const params = { module: 'hormiguero', text: `Find out why ${because}.`, services: [name] };
      return { key: `part:${host}/${name}`, action: 'scan', because, params, weight: 90 };
    });
}

/** The open window to close: the loop's own with the latest deadline, else the one with the latest deadline. */
function toClose(
  observation: Observation,
  host: string | null,
): Observation['windows'][number] | undefined {
  const open = observation.windows.filter(
    (window) => window.state === 'open' && (host === null || window.host === host),
  );
  const longest = open.toSorted(
    (one, other) => (other.remaining_seconds ?? Infinity) - (one.remaining_seconds ?? Infinity),
  );
  return longest.find(({ owner }) => owner === autonomyActor) ?? longest[0];
}

function fromHosts(observation: Observation): Ranked[] {
  return observation.hosts
    .filter((host) => isPressed(host) && host.pressed_seconds >= faultSeconds)
    .flatMap(({ host, load, memory, pressed_seconds }): Ranked[] => {
      const window = toClose(observation, host);
      if (window === undefined) return [];
      const use = `load ${load.toFixed(1)} per core, memory ${Math.round(memory * 100)} %`;
      const because = `${host} has been under pressure for ${pressed_seconds} s (${use})`;
      return [
        { key: `host:${host}`, action: 'close', because, params: closing(window), weight: 80 },
      ];
    });
}

function fromQueue(observation: Observation): Ranked[] {
  const first = observation.windows.find(
    ({ state, waits_seconds }) => state === 'queued' && waits_seconds >= queueSeconds,
  );
  if (first === undefined) return [];
  const window = toClose(observation, first.host);
  if (window?.owner !== autonomyActor) return [];
  const because = `${first.window_id} has waited for room for ${first.waits_seconds} s`;
  return [
    { key: `queue:${first.host}`, action: 'close', because, params: closing(window), weight: 30 },
  ];
}

const closing = (window: Observation['windows'][number]): Record<string, unknown> => ({
  window_id: window.window_id,
  services: window.services,
  own: window.owner === autonomyActor,
});

const weights = { critical: 85, high: 60, medium: 40, low: 20 } as const;
/** The action for an intent, by the module that owns its lane; all other modules get `scan`. */
const moduleActions: Record<string, AutonomyAction> = {
  switch: 'route',
  shubniggurath: 'route',
  shub: 'route',
  hormiguero: 'scan',
  manifestator: 'scan',
  hermes: 'scan',
};

function fromIntents({ intents }: Observation): Ranked[] {
  return intents.map((waiting): Ranked => {
    const { lane_id, owner_module, constraints, intent_ids, summary } = waiting;
    const count = intent_ids.length === 1 ? 'an intent' : `${intent_ids.length} intents`;
    const common = {
      key: laneKey(lane_id),
      because: `${count} in the lane ${lane_id}, for ${owner_module}`,
      weight: weights[waiting.urgency],
    };
    const known = { intent_ids, lane_id };
    if (constraints.task !== undefined)
      return { ...common, action: 'spawn', params: { ...known, task: constraints.task } };
    if (constraints.open !== undefined)
      return { ...common, action: 'open', params: { ...known, ...constraints.open } };
    const action = moduleActions[owner_module] ?? 'scan';
    return { ...common, action, params: { ...known, module: owner_module, text: summary } };
  });
}

/** The observation reduced to waiting intents, which madre processes even while the loop is stopped. */
export const intentsOnly = (observation: Observation): Observation => ({
  ...observation,
  hosts: [],
  troubled: [],
  windows: [],
  red: [],
});

/** The decision that the rules alone make. */
export interface LoopDecision {
  choice: Candidate;
  reasons: string[];
  alternatives: Alternative[];
  /** All candidates that may be chosen now, including the choice. */
  eligible: Candidate[];
}

export const waiting = (because: string): Candidate => ({
  key: 'nothing',
  action: 'wait',
  because,
  params: {},
});

/** Chooses the first candidate that nothing blocks; otherwise waits and gives the reason. @param now epoch ms */
export function loopDecisionOf(
  observation: Observation,
  memory: Memory,
  now: number,
): LoopDecision {
  const found = candidatesOf(observation);
  const judged = found.map((one) => ({ one, not_now: blockedBy(observation, one, memory, now) }));
  const eligible = judged.flatMap(({ one, not_now }) => (not_now === null ? [one] : []));
  const choice = eligible[0] ?? waiting(whyWait(judged.map(({ not_now }) => not_now)));
  return {
    choice,
    reasons: [choice.because],
    alternatives: alternativesTo(choice, judged),
    eligible,
  };
}

const whyWait = (blocked: (string | null)[]): string =>
  blocked.length === 0 ? 'nothing is wrong' : `nothing can be done now: ${blocked[0]}`;

function blockedBy(
  observation: Observation,
  one: Candidate,
  memory: Memory,
  now: number,
): string | null {
  // no action helps while no container can be started
  if (observation.engine === 'down') return 'the Docker Engine cannot be reached';
  const held = mendsChecks(one) ? noRepairNow(one, observation, now) : null;
  return held ?? notNow(one, memory, now);
}

const alternativesTo = (
  choice: Candidate,
  judged: { one: Candidate; not_now: string | null }[],
): Alternative[] =>
  judged
    .filter(({ one }) => one.key !== choice.key)
    .map(({ one: { key, action, because }, not_now }) => ({ key, action, because, not_now }))
    .slice(0, 20);

/** Applies a model's choice if the rules allow it; a choice that is not an eligible candidate is ignored. */
export function chosen(
  decision: Pick<LoopDecision, 'choice' | 'eligible'>,
  answer: { choice: string; confidence: number } | null,
): { choice: Candidate; by: 'rules' | 'llm' } {
  const byRules = { choice: decision.choice, by: 'rules' } as const;
  if (answer === null || answer.confidence < 0.5) return byRules;
  if (answer.choice === decision.choice.key) return byRules;
  if (answer.choice === 'wait') return { choice: waiting('the model advises to wait'), by: 'llm' };
  const other = decision.eligible.find(({ key }) => key === answer.choice);
  return other === undefined ? byRules : { choice: other, by: 'llm' };
}
