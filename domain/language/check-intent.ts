import type { Intent, IntentAction, IntentDomain } from '../../contracts/intent.ts';
import { hasEffect, isTalk } from './has-effect.ts';
import { nameWarning, severalWarning, timeWarning } from './parse-intent.ts';
import { atLeast, riskOfAction } from '../plans/risk.ts';
import type { Vocabulary } from '../plans/planning-context.ts';

/** A model's interpretation of a text, in the requested format. */
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
 * Validates a model's interpretation against the facts and the rules, so that a prompt injection has no effect. The model
 * may name only known services and hosts, and no host other than those in the text. It may not invent code or run code
 * that is only quoted, and it may not lower the risk that the rules found. If only the model sees an order, or it sees a
 * different one, a person has to confirm it.
 */
export function checkIntent(
  model: ModelIntent,
  rules: Intent,
  { services, hosts, checked }: Vocabulary,
): Checked {
  const named = model.host ?? null;
  const isKnown = (name: string): boolean =>
    services.has(name) || (model.action === 'check' && checked?.has(name) === true);
  const unknown = model.targets.filter((name) => !isKnown(name));
  if (named !== null && !hosts.has(named)) unknown.push(named);
  if (unknown.length > 0) {
    return {
      ok: false,
      because: `it named unknown services or hosts: ${unknown.slice(0, 5).join(', ')}`,
    };
  }
  if (rules.warnings.includes(severalWarning) && !isTalk(model)) {
    return { ok: false, because: 'it chose one of several orders' };
  }
  if (
    rules.warnings.some((one) => one === nameWarning || one === timeWarning) &&
    hasEffect(model)
  ) {
    return { ok: false, because: 'it made an order out of a text that needs a question back' };
  }
  const mine = riskOfAction(rules.action, rules.targets).level;
  const its = riskOfAction(model.action, model.targets).level;
  if (!atLeast(its, mine))
    return { ok: false, because: `it lowered the risk from ${mine} to ${its}` };
  if (model.action === 'run' && rules.code === null && model.targets.length === 0) {
    return { ok: false, because: 'it wants to run code that is not in the text' };
  }
  if (model.action === 'run' && rules.code !== null && rules.action !== 'run') {
    return { ok: false, because: 'it wants to run code that was only quoted' };
  }
  const ignores = isTalk(model) || (rules.action === 'check' && !hasEffect(model));
  if (ignores && hasEffect(rules) && rules.doubt === undefined) {
    return { ok: false, because: 'it ignored an order' };
  }
  if (named !== null && rules.hosts.length > 0 && !rules.hosts.includes(named)) {
    return { ok: false, because: `it changed the host from ${rules.hosts.join(', ')} to ${named}` };
  }
  const { ttl_seconds, reason } = model;
  return {
    ok: true,
    intent: {
      ...rules,
      domain: model.domain,
      action: model.action,
      targets: [...new Set(model.targets)],
      // a text that names services does not mean everything, even if the model names none
      all: rules.all && rules.targets.length === 0,
      hosts: rules.hosts.length > 0 || named === null ? rules.hosts : [named],
      // a duration in the text takes precedence
      ttl_seconds: rules.ttl_seconds ?? (ttl_seconds && Math.max(1, Math.round(ttl_seconds))),
      reason: (rules.reason ?? reason)?.slice(0, 500) ?? null,
      confidence: Math.max(rules.confidence, 0.8),
      parsed_by: 'llm',
      ...(hasEffect(model) && !isSameOrder(model, rules) && { doubt: 'only_model' as const }),
    },
  };
}

/**
 * Whether the rules find the same action on the same services. If the rules find no service to open, the model may choose
 * which ones.
 */
function isSameOrder(model: ModelIntent, rules: Intent): boolean {
  const opens = kindOf(model) === 'open_window';
  if (!hasEffect(rules) || kindOf(model) !== kindOf(rules)) return false;
  if (rules.targets.length === 0) return opens || model.targets.length === 0;
  const isAmong = (names: readonly string[], others: readonly string[]): boolean =>
    names.every((name) => others.includes(name));
  const { targets } = rules;
  return isAmong(model.targets, targets) && (opens || isAmong(targets, model.targets));
}

/** Starting a service is the same action as opening a window on it. */
const kindOf = ({ action, targets }: Pick<Intent, 'action' | 'targets'>): IntentAction =>
  action === 'run' && targets.length > 0 ? 'open_window' : action;
