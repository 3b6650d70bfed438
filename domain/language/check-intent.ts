import type { Intent, IntentAction, IntentDomain } from '../../contracts/intent.ts';
import { hasEffect, isTalk } from './has-effect.ts';
import { nameWarning, severalWarning, timeWarning } from './parse-intent.ts';
import { atLeast, riskOfAction } from '../plans/risk.ts';
import type { Vocabulary } from '../plans/planning-context.ts';

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
 * found it, whatever it was told by a text that it read. What it alone takes for an order, or for another one, waits for a
 * person.
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
  if (
    rules.warnings.some((one) => one === nameWarning || one === timeWarning) &&
    hasEffect(model)
  ) {
    return { ok: false, because: 'it made an order of what has to be asked back' };
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
  if (isTalk(model) && hasEffect(rules) && rules.doubt === undefined) {
    return { ok: false, because: 'it made an order into talk' };
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
      // what was said holds
      ttl_seconds: rules.ttl_seconds ?? (ttl_seconds && Math.max(1, Math.round(ttl_seconds))),
      reason: (rules.reason ?? reason)?.slice(0, 500) ?? null,
      confidence: Math.max(rules.confidence, 0.8),
      parsed_by: 'llm',
      ...(hasEffect(model) && !isSameOrder(model, rules) && { doubt: 'only_model' as const }),
    },
  };
}

/** Do the rules find the same deed, on the same services? Which ones to open, a model may find where the rules find none. */
function isSameOrder(model: ModelIntent, rules: Intent): boolean {
  const opens = kindOf(model) === 'open_window';
  if (!hasEffect(rules) || kindOf(model) !== kindOf(rules)) return false;
  if (rules.targets.length === 0) return opens || model.targets.length === 0;
  const isAmong = (names: readonly string[], others: readonly string[]): boolean =>
    names.every((name) => others.includes(name));
  const { targets } = rules;
  return isAmong(model.targets, targets) && (opens || isAmong(targets, model.targets));
}

/** To start a service is to open a window on it. */
const kindOf = ({ action, targets }: Pick<Intent, 'action' | 'targets'>): IntentAction =>
  action === 'run' && targets.length > 0 ? 'open_window' : action;
