import type { Intent, IntentAction, IntentDomain } from '../contracts/intent.ts';
import { severalWarning, type Vocabulary } from './parse-intent.ts';
import { atLeast, riskOfAction } from './risk.ts';

/** What a model made of a text, in the form that it was asked for. */
export interface ModelIntent {
  domain: IntentDomain;
  action: IntentAction;
  targets: string[];
  ttl_seconds: number | null;
  reason: string | null;
  host?: string | null | undefined;
}

export type Checked = { ok: true; intent: Intent } | { ok: false; because: string };

/**
 * A model's reading, held to what there is: it may name only known services and hosts, move nothing to another host than
 * the text names, invent no code and run none that was only quoted, and never make anything less risky than the rules
 * found it, whatever it was told by a text that it read. What it alone takes for an order waits for a person.
 */
export function checkIntent(
  model: ModelIntent,
  rules: Intent,
  { services, hosts }: Vocabulary,
): Checked {
  const named = model.host ?? null;
  const unknown = model.targets.filter((name) => !services.has(name));
  if (named !== null && !hosts.has(named)) unknown.push(named);
  if (unknown.length > 0) {
    return { ok: false, because: `it named what is not there: ${unknown.slice(0, 5).join(', ')}` };
  }
  if (rules.warnings.includes(severalWarning) && !isTalk(model)) {
    return { ok: false, because: 'it chose one of several things' };
  }
  const mine = riskOfAction(rules.action, rules.targets).level;
  const its = riskOfAction(model.action, model.targets).level;
  if (!atLeast(its, mine)) return { ok: false, because: `it made ${mine} risk into ${its}` };
  if (model.action === 'run' && rules.code === null && model.targets.length === 0) {
    return { ok: false, because: 'it wants to run what nobody wrote' };
  }
  if (model.action === 'run' && rules.code !== null && rules.action !== 'run') {
    return { ok: false, because: 'it wants to run what was only quoted' };
  }
  if (named !== null && rules.hosts.length > 0 && !rules.hosts.includes(named)) {
    return { ok: false, because: `it moved it from ${rules.hosts.join(', ')} to ${named}` };
  }
  const { ttl_seconds, reason } = model;
  return {
    ok: true,
    intent: {
      ...rules,
      domain: model.domain,
      action: model.action,
      targets: [...new Set(model.targets)],
      // what the sentence names is not everything, also where the model names nothing
      all: rules.all && rules.targets.length === 0,
      hosts: rules.hosts.length > 0 || named === null ? rules.hosts : [named],
      ttl_seconds: ttl_seconds === null ? rules.ttl_seconds : Math.max(1, Math.round(ttl_seconds)),
      reason: (rules.reason ?? reason)?.slice(0, 500) ?? null,
      confidence: Math.max(rules.confidence, 0.8),
      parsed_by: 'llm',
      ...(isDeed(model) && !isDeed(rules) && { only_model: true }),
    },
  };
}

type Meant = Pick<Intent, 'action' | 'domain'>;

/** Is something to be done, and not only to be said or looked at? */
const isDeed = ({ action, domain }: Meant): boolean =>
  !/^(list|help|chat|analyze)$/.test(action) ||
  (domain === 'audio' && /^(chat|analyze)$/.test(action));

/** Is there nothing to do but to answer? Talk about sound is work for shubniggurath. */
export const isTalk = ({ action, domain }: Meant): boolean =>
  action === 'help' || (action === 'chat' && domain !== 'audio');
