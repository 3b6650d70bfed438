/** A host and a port that may be reached; `*.` at its beginning stands for one or more names. */
export interface EgressRule {
  host: string;
  port: number;
}

const usualPort = 443;
const name = /^(?:\*\.)?(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/**
 * Reads `host`, `host:port` or `*.domain:port`; the port is 443 where none is named. Null when it is none of these:
 * addresses are not, since what they belong to may change, and names are checked with what they resolve to.
 */
export function parseEgressRule(text: string): EgressRule | null {
  const [, host = '', port = String(usualPort)] = /^([^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const lower = host.toLowerCase().replace(/\.$/, '');
  if (lower.length > 253 || !name.test(lower) || /(^|\.)\d+$/.test(lower)) return null;
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? { host: lower, port: number } : null;
}

/** Whether a rule lets a name and port through, or all that another rule would. */
export function covers(rule: EgressRule, wanted: EgressRule): boolean {
  if (rule.port !== wanted.port) return false;
  if (rule.host === wanted.host) return true;
  return rule.host.startsWith('*.') && wanted.host.endsWith(rule.host.slice(1));
}

export type EgressDecision = { allow: true } | { allow: false; because: string };

/** What a task may reach is what it named, as far as the operator's list has it too. */
export function mayReach(
  wanted: EgressRule,
  named: readonly EgressRule[],
  operators: readonly EgressRule[],
): EgressDecision {
  if (!named.some((rule) => covers(rule, wanted)))
    return { allow: false, because: 'the task has not named it' };
  if (!operators.some((rule) => covers(rule, wanted)))
    return { allow: false, because: "it is not on the operator's list" };
  return { allow: true };
}

/** What is wrong with the hosts that a task names, each with its position; empty when all will do. */
export function checkEgress(
  asked: readonly string[],
  operators: readonly EgressRule[],
): { index: number; problem: string }[] {
  return asked.flatMap((text, index) => {
    const rule = parseEgressRule(text);
    if (rule === null) return [{ index, problem: 'is no host name, with or without a port' }];
    if (operators.some((allowed) => covers(allowed, rule))) return [];
    return [{ index, problem: "is not on the operator's list" }];
  });
}
