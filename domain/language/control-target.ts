import type { Intent, IntentAction } from '../../contracts/intent.ts';
import type { StepError } from '../../contracts/plan.ts';
import { parseIntent } from './parse-intent.ts';
import { coreServices } from '../services/core-services.ts';
import type { Vocabulary } from '../plans/planning-context.ts';

/** Aliases of VX11 components; a service with that name takes precedence. */
const aliases: Record<string, string> = {
  shub: 'shubniggurath',
  'shub-niggurath': 'shubniggurath',
  shub_niggurath: 'shubniggurath',
  audio: 'shubniggurath',
  tentaculo: 'tentaculo_link',
  'tentaculo-link': 'tentaculo_link',
  gateway: 'tentaculo_link',
};
/** Components that a request may name although no compose file has them; stopping such a component succeeds. */
const roles: ReadonlySet<string> = new Set([
  ...coreServices,
  'switch',
  'hermes',
  'spawner',
  'hormiguero',
  'manifestator',
  'shubniggurath',
  'mcp',
]);

/** Group targets, with their services and allowed actions. */
const groups: Record<string, { services: readonly string[]; actions: readonly IntentAction[] }> = {
  system: { services: [], actions: ['list', 'analyze', 'close_window'] },
  storage: { services: ['redis'], actions: ['list', 'analyze'] },
};
const actionsOfServices = 'open, close, extend, restart, stop, suspend, hold, status, healthcheck';

/** The intent for an action on a target, or the reason why there is none. */
export type ControlIntent =
  { ok: true; intent: Intent } | { ok: false; intent: Intent; error: StepError };

interface ControlRequest {
  target: string;
  action: string;
  host: string | null;
  ttl_seconds: number | null;
  reason: string | null;
}

/** A placeholder for the target, so that only the action is parsed. */
const anyTarget = 'anytarget';

/** The intent for an action on a window itself. */
export function windowIntentOf(
  asked: Omit<ControlRequest, 'target' | 'host'> & { window_id: string },
): ControlIntent {
  const { window_id, ttl_seconds, reason } = asked;
  const intent: Intent = {
    ...parsedAction(asked),
    targets: [],
    all: false,
    hosts: [],
    ttl_seconds,
    reason,
    text: `${asked.action} ${window_id}`,
    window_id,
  };
  const { action } = intent;
  if (/^extend\b/.test(wordsOf(asked.action)) && ttl_seconds === null) {
    const detail = 'extend needs params.ttl_seconds: by how many seconds.';
    return { ok: false, intent, error: { code: 'invalid', detail } };
  }
  if (action === 'close_window' || action === 'extend_window') return { ok: true, intent };
  const detail = `${asked.action} is not a known action for a window; possible: close, extend.`;
  return { ok: false, intent, error: { code: 'unknown_action', detail } };
}

/** What an action means, without its target. */
function parsedAction({
  action,
  ttl_seconds,
}: Pick<ControlRequest, 'action' | 'ttl_seconds'>): Intent {
  const verb = wordsOf(action);
  const time = /^extend\b/.test(verb) && ttl_seconds !== null ? ` by ${ttl_seconds} seconds` : '';
  return parseIntent(`${verb} ${anyTarget}${time}`, {
    services: new Set([anyTarget]),
    hosts: new Set(),
  });
}

/** Parses an action on a target with the vocabulary of sentences. */
export function controlIntentOf(asked: ControlRequest, { services }: Vocabulary): ControlIntent {
  const { target, host, ttl_seconds, reason } = asked;
  const parsed = parsedAction(asked);
  const known = services.has(target) ? target : (aliases[target] ?? target);
  const whole = services.has(target) ? undefined : groups[target];
  const isAudio = known === 'shubniggurath' && parsed.domain === 'audio';
  const intent: Intent = {
    ...parsed,
    targets: whole === undefined ? [known] : [...whole.services],
    all: whole !== undefined && whole.services.length === 0,
    hosts: host === null ? [] : [host],
    ttl_seconds,
    reason,
    text: `${asked.action} ${target}`,
    ...(isAudio && { targets: [] }),
  };
  const refuse = (code: string, detail: string): ControlIntent => ({
    ok: false,
    intent,
    error: { code, detail },
  });
  if (whole === undefined && !services.has(known) && !roles.has(known)) {
    const possible = [...services, ...Object.keys(groups), 'audio'].slice(0, 30).join(', ');
    const detail = `${target} is not a known target; possible: ${possible}.`;
    return refuse('service_not_allowed', detail);
  }
  const isTalk = (parsed.action === 'chat' && !isAudio) || parsed.action === 'help';
  if (isTalk || (whole !== undefined && !whole.actions.includes(parsed.action))) {
    const possible = whole === undefined ? actionsOfServices : namesOf(whole.actions);
    const detail = `${asked.action} is not a known action for ${target}; possible: ${possible}.`;
    return refuse('unknown_action', detail);
  }
  return { ok: true, intent };
}

const namesOf = (actions: readonly IntentAction[]): string =>
  actions.map((action) => names[action] ?? action).join(', ');
const names: Partial<Record<IntentAction, string>> = {
  list: 'status',
  analyze: 'healthcheck',
  close_window: 'close',
};

const wordsOf = (action: string): string => verbOf(action.replaceAll('_', ' ').trim());

/** The verb for an action: `start` opens a window, `health` reads the status. */
function verbOf(action: string): string {
  if (/^(start|wake|open window|power on|up)$/.test(action)) return 'open';
  if (/^(close window|sleep|down|power off)$/.test(action)) return 'close';
  if (/^(extend window|extend|prolong|renew)$/.test(action)) return 'extend';
  return /^(health|healthcheck|health check|check)$/.test(action) ? 'status' : action;
}
