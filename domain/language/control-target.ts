import type { Intent, IntentAction } from '../../contracts/intent.ts';
import type { StepError } from '../../contracts/plan.ts';
import { parseIntent } from './parse-intent.ts';
import { coreServices } from '../services/core-services.ts';
import type { Vocabulary } from '../plans/planning-context.ts';

/** Other names of what VX11 is made of; a service that is called so comes first. */
const aliases: Record<string, string> = {
  shub: 'shubniggurath',
  'shub-niggurath': 'shubniggurath',
  shub_niggurath: 'shubniggurath',
  audio: 'shubniggurath',
  tentaculo: 'tentaculo_link',
  'tentaculo-link': 'tentaculo_link',
  gateway: 'tentaculo_link',
};
/** Parts of VX11 that can be named though no compose file has them: what is down already can be put to sleep. */
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

/** What several parts are called together, which services these are, and what can be done with them. */
const wholes: Record<string, { services: readonly string[]; actions: readonly IntentAction[] }> = {
  system: { services: [], actions: ['list', 'analyze', 'close_window'] },
  storage: { services: ['redis'], actions: ['list', 'analyze', 'cleanup'] },
};
const actionsOfServices = 'open, close, extend, restart, stop, suspend, hold, status, healthcheck';

/** What one action on one target comes to: an intent, or why it is none. */
export type Meant = { ok: true; intent: Intent } | { ok: false; intent: Intent; error: StepError };

interface Asked {
  target: string;
  action: string;
  host: string | null;
  ttl_seconds: number | null;
  reason: string | null;
}

/** Stands for whatever target is named: the action alone says what is to be done. */
const anyTarget = 'anytarget';

/** Reads an action on a target by the words that a sentence would use, without a sentence. */
export function meantByControl(asked: Asked, { services }: Vocabulary): Meant {
  const { target, host, ttl_seconds, reason } = asked;
  const verb = verbOf(asked.action.replaceAll('_', ' ').trim());
  const time = /^extend\b/.test(verb) && ttl_seconds !== null ? ` by ${ttl_seconds} seconds` : '';
  const parsed = parseIntent(`${verb} ${anyTarget}${time}`, {
    services: new Set([anyTarget]),
    hosts: new Set(),
  });
  const known = services.has(target) ? target : (aliases[target] ?? target);
  const whole = services.has(target) ? undefined : wholes[target];
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
  const refuse = (code: string, detail: string): Meant => ({
    ok: false,
    intent,
    error: { code, detail },
  });
  if (whole === undefined && !services.has(known) && !roles.has(known)) {
    const possible = [...services, ...Object.keys(wholes), 'audio'].slice(0, 30).join(', ');
    const detail = `${target} is no service that is known here; possible: ${possible}.`;
    return refuse('service_not_allowed', detail);
  }
  const isTalk = (parsed.action === 'chat' && !isAudio) || parsed.action === 'help';
  if (isTalk || (whole !== undefined && !whole.actions.includes(parsed.action))) {
    const possible = whole === undefined ? actionsOfServices : namesOf(whole.actions);
    const detail = `${asked.action} is no action that is known here for ${target}; possible: ${possible}.`;
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

/** `start` of a service is opening it; `health` is a look. */
function verbOf(action: string): string {
  if (/^(start|wake|open window|power on|up)$/.test(action)) return 'open';
  if (/^(close window|sleep|down|power off)$/.test(action)) return 'close';
  if (/^(extend window|extend|prolong|renew)$/.test(action)) return 'extend';
  return /^(health|healthcheck|health check|check)$/.test(action) ? 'status' : action;
}
