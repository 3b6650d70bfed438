import { parseDuration } from '../services/compose-units.ts';
import type { Condition, Operand, Placeholder } from './condition.ts';
import { masked } from './secrets.ts';
import { valueAt } from './json-path.ts';

/** What one try of a check saw, by placeholder. A missing value was not seen, and no condition on it holds. */
export type Facts = Readonly<Record<string, unknown>>;

export interface Evaluated {
  holds: boolean;
  /** The condition with what was seen: `[STATUS] (503) == 200`. */
  shown: string;
}

/**
 * Decides one condition. Numbers and texts compare by value, so that "1" equals 1.
 * @param secrets are hidden in what is shown
 */
export function evaluate(
  { source, left, operator, right }: Condition,
  facts: Facts,
  secrets: readonly string[] = [],
): Evaluated {
  const [a, b] = [resolve(left, facts), resolve(right, facts)];
  const [x, y] = [shownOf(left, a, secrets), shownOf(right, b, secrets)];
  const shown = `${x} ${operator} ${y}`;
  if (a.missing !== undefined || b.missing !== undefined) {
    return { holds: false, shown: `${source}: ${a.missing ?? b.missing}` };
  }
  if (operator === '==' || operator === '!=') {
    return { holds: matches(left, right, a.value, b.value) === (operator === '=='), shown };
  }
  const [m, n] = [numberOf(a.value), numberOf(b.value)];
  if (m === null || n === null) return { holds: false, shown: `${shown}: not two numbers` };
  return { holds: compare(m, n, operator), shown };
}

/** The value of a placeholder; undefined if it was not seen. */
export function valueOf({ name, path }: Placeholder, facts: Facts): unknown {
  return valueAt(facts[name], path);
}

interface Resolved {
  value: unknown;
  /** Why there is no value. */
  missing?: string;
}

function resolve(side: Operand, facts: Facts): Resolved {
  if (side.kind === 'literal') return { value: side.text };
  if (side.kind === 'pat' || side.kind === 'any') return { value: null };
  const { of } = side;
  const value = valueOf(of, facts);
  if (side.kind === 'has') return { value: value !== undefined && value !== null };
  if (value === undefined) {
    const raw = facts[of.name];
    const unread = of.path.length > 0 && typeof raw === 'string';
    return { value, missing: unread ? `[${of.name}] is not JSON` : 'there is no such value' };
  }
  if (side.kind === 'value') return { value };
  const length = lengthOf(value);
  return length === null ? { value, missing: 'it has no length' } : { value: length };
}

function lengthOf(value: unknown): number | null {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : null;
}

function matches(left: Operand, right: Operand, a: unknown, b: unknown): boolean {
  if (left.kind === 'pat') return isLike(textOf(b), left.pattern);
  if (right.kind === 'pat') return isLike(textOf(a), right.pattern);
  if (left.kind === 'any') return left.of.some((one) => isSame(one, b));
  if (right.kind === 'any') return right.of.some((one) => isSame(one, a));
  return isSame(a, b);
}

function isSame(a: unknown, b: unknown): boolean {
  const [x, y] = [textOf(a), textOf(b)];
  if (x === y) return true;
  const [m, n] = [plainNumber(x), plainNumber(y)];
  return m !== null && m === n;
}

const compare = (a: number, b: number, operator: '<' | '<=' | '>' | '>='): boolean =>
  ({ '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b })[operator];

/** A number, or a duration such as `500ms` or `48h` in ms. */
const numberOf = (value: unknown): number | null =>
  plainNumber(textOf(value)) ?? parseDuration(textOf(value));

const plainNumber = (text: string): number | null =>
  /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** Whether a text fits a pattern in which `*` stands for anything. Takes linear time per star. */
export function isLike(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  const last = rest.pop()!;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

const longest = 120;
function shownOf(side: Operand, { value, missing }: Resolved, secrets: readonly string[]): string {
  if (side.kind === 'literal') return side.text;
  if (side.kind === 'pat') return `pat(${side.pattern})`;
  if (side.kind === 'any') return `any(${side.of.join(', ')})`;
  const name = side.kind === 'value' ? side.of.source : `${side.kind}(${side.of.source})`;
  // before it is cut: half a secret could not be found any more
  const text = masked(textOf(value), secrets);
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return missing === undefined ? `${name} (${short})` : name;
}
