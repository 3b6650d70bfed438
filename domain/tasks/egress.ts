/** An allowed host and port; a leading `*.` matches one or more labels. */
export interface EgressRule {
  host: string;
  port: number;
}

const usualPort = 443;
const name = /^(?:\*\.)?(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/**
 * Parses `host`, `host:port` or `*.domain:port`; the default port is 443. Returns null for anything else. IP addresses
 * are not accepted, since their owner may change; a name is checked together with the addresses it resolves to.
 */
export function parseEgressRule(text: string): EgressRule | null {
  const [, host = '', port = String(usualPort)] = /^([^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const lower = host.toLowerCase().replace(/\.$/, '');
  if (lower.length > 253 || !name.test(lower) || /(^|\.)\d+$/.test(lower)) return null;
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? { host: lower, port: number } : null;
}

/** Whether a rule allows a host and port, or everything that another rule allows. */
export function covers(rule: EgressRule, wanted: EgressRule): boolean {
  if (rule.port !== wanted.port) return false;
  if (rule.host === wanted.host) return true;
  return rule.host.startsWith('*.') && wanted.host.endsWith(rule.host.slice(1));
}

export type EgressDecision = { allow: true } | { allow: false; because: string };

/** A task may reach a host only if both the task and the operator list it. */
export function mayReach(
  wanted: EgressRule,
  named: readonly EgressRule[],
  operators: readonly EgressRule[],
): EgressDecision {
  if (!named.some((rule) => covers(rule, wanted)))
    return { allow: false, because: 'the task does not list it' };
  if (!operators.some((rule) => covers(rule, wanted)))
    return { allow: false, because: "it is not on the operator's allow-list" };
  return { allow: true };
}

/** The invalid entries among the hosts that a task lists, each with its index; empty if all are valid. */
export function checkEgress(
  asked: readonly string[],
  operators: readonly EgressRule[],
): { index: number; problem: string }[] {
  return asked.flatMap((text, index) => {
    const rule = parseEgressRule(text);
    if (rule === null) return [{ index, problem: 'must be a host name, with or without a port' }];
    if (operators.some((allowed) => covers(allowed, rule))) return [];
    return [{ index, problem: "is not on the operator's allow-list" }];
  });
}
