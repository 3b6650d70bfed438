import type {
  Alternative,
  AutonomyAction,
  Candidate,
  Observation,
} from '../../contracts/autonomy.ts';
import { laneKey, notNow, type Memory } from './memory.ts';

/** Who the loop is in logs, plans and windows, and who pays for what it asks a model. */
export const autonomyActor = 'autonomy';

/** A fault that goes by itself within this time is none of ours. */
const patienceSeconds = 60;
/** A window that waits longer for room is worth a look at our own. */
const queuePatienceSeconds = 300;

/** From here on a machine has too much to do: load by core, share of memory in use. */
const pressure = { load: 1.5, memory: 0.92 };
export const isPressed = (host: { load: number; memory: number }): boolean =>
  host.load >= pressure.load || host.memory >= pressure.memory;

/** A candidate with how much it matters. */
interface Ranked extends Candidate {
  weight: number;
}

/** Everything that could be done about what is seen, what matters most first. */
export function candidatesOf(seen: Observation): Candidate[] {
  const found = [...fromParts(seen), ...fromHosts(seen), ...fromQueue(seen), ...fromIntents(seen)];
  return found
    .toSorted((one, other) => other.weight - one.weight || (one.key < other.key ? -1 : 1))
    .map(({ key, action, because, params }) => ({ key, action, because, params }));
}

function fromParts({ troubled }: Observation): Ranked[] {
  return troubled
    .filter(({ for_seconds }) => for_seconds >= patienceSeconds)
    .map(({ name, host, tier, health, for_seconds, window_ids }): Ranked => {
      const because = `${name} is ${health} for ${for_seconds} s`;
      const [window_id] = window_ids;
      if (tier === 'window' && window_id !== undefined) {
        const params = { service: name, host, window_id };
        return { key: `part:${host}/${name}`, action: 'repair', because, params, weight: 70 };
      }
      const params = { module: 'hormiguero', text: `Find out why ${because}.`, services: [name] };
      return { key: `part:${host}/${name}`, action: 'scan', because, params, weight: 90 };
    });
}

/** The window that gives most back: one of our own, else the one that would stay longest. */
function toClose(
  seen: Observation,
  host: string | null,
): Observation['windows'][number] | undefined {
  const open = seen.windows.filter(
    (window) => window.state === 'open' && (host === null || window.host === host),
  );
  const longest = open.toSorted(
    (one, other) => (other.remaining_seconds ?? Infinity) - (one.remaining_seconds ?? Infinity),
  );
  return longest.find(({ owner }) => owner === autonomyActor) ?? longest[0];
}

function fromHosts(seen: Observation): Ranked[] {
  return seen.hosts
    .filter((host) => isPressed(host) && host.pressed_seconds >= patienceSeconds)
    .flatMap(({ host, load, memory, pressed_seconds }): Ranked[] => {
      const window = toClose(seen, host);
      if (window === undefined) return [];
      const use = `load ${load.toFixed(1)} a core, memory ${Math.round(memory * 100)} %`;
      const because = `${host} is under pressure for ${pressed_seconds} s (${use})`;
      return [
        { key: `host:${host}`, action: 'close', because, params: closing(window), weight: 80 },
      ];
    });
}

function fromQueue(seen: Observation): Ranked[] {
  const first = seen.windows.find(
    ({ state, waits_seconds }) => state === 'queued' && waits_seconds >= queuePatienceSeconds,
  );
  if (first === undefined) return [];
  const window = toClose(seen, first.host);
  if (window?.owner !== autonomyActor) return [];
  const because = `${first.window_id} waits for room for ${first.waits_seconds} s`;
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
/** Which module does what kind of work for an intent; madre does what is left. */
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

/** What of it somebody asked for: all that madre attends to while her loop is stopped. */
export const onlyAsked = (seen: Observation): Observation => ({
  ...seen,
  hosts: [],
  troubled: [],
  windows: [],
});

/** What is to be done, by rules alone. */
export interface LoopDecision {
  choice: Candidate;
  reasons: string[];
  alternatives: Alternative[];
  /** What else may be chosen now, the choice among it. */
  eligible: Candidate[];
}

export const waiting = (because: string): Candidate => ({
  key: 'nothing',
  action: 'wait',
  because,
  params: {},
});

/** The first candidate that may be acted on now; else to wait, and why. @param now epoch ms */
export function loopDecisionOf(seen: Observation, memory: Memory, now: number): LoopDecision {
  const found = candidatesOf(seen);
  const judged = found.map((one) => ({ one, not_now: blockedBy(seen, one, memory, now) }));
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

function blockedBy(seen: Observation, one: Candidate, memory: Memory, now: number): string | null {
  // what needs containers cannot help while nobody can start one
  if (seen.engine === 'down') return 'the Docker Engine is away';
  return notNow(one, memory, now);
}

const alternativesTo = (
  choice: Candidate,
  judged: { one: Candidate; not_now: string | null }[],
): Alternative[] =>
  judged
    .filter(({ one }) => one.key !== choice.key)
    .map(({ one: { key, action, because }, not_now }) => ({ key, action, because, not_now }))
    .slice(0, 20);

/** A model's choice counts where the rules allow it; what it made up counts for nothing. */
export function chosen(
  verdict: Pick<LoopDecision, 'choice' | 'eligible'>,
  said: { choice: string; confidence: number } | null,
): { choice: Candidate; by: 'rules' | 'llm' } {
  const byRules = { choice: verdict.choice, by: 'rules' } as const;
  if (said === null || said.confidence < 0.5) return byRules;
  if (said.choice === verdict.choice.key) return byRules;
  if (said.choice === 'wait') return { choice: waiting('the model advises to wait'), by: 'llm' };
  const other = verdict.eligible.find(({ key }) => key === said.choice);
  return other === undefined ? byRules : { choice: other, by: 'llm' };
}
