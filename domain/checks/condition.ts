import { parsePath, type Path } from './json-path.ts';

/** What a condition may read, by the kind of its check. */
export const placeholders = {
  http: ['STATUS', 'BODY', 'RESPONSE_TIME', 'CONNECTED', 'CONTEXT'],
  tcp: ['CONNECTED', 'RESPONSE_TIME', 'CONTEXT'],
  exec: ['EXIT_CODE', 'OUTPUT', 'RESPONSE_TIME', 'CONTEXT'],
  task: ['EXIT_CODE', 'OUTPUT', 'RESPONSE_TIME', 'CONTEXT'],
  openapi: ['OPERATIONS', 'FAILED', 'RESPONSE_TIME'],
  hurl: ['FILES', 'FAILED', 'EXIT_CODE', 'RESPONSE_TIME'],
  container: ['RUNNING', 'HEALTH', 'RESTARTS', 'OOM', 'MEMORY_MB', 'EXIT_CODE'],
} as const;
export type CheckKind = keyof typeof placeholders;

export interface Placeholder {
  source: string;
  name: string;
  path: Path;
}
export type Operand =
  | { kind: 'literal'; text: string }
  | { kind: 'value'; of: Placeholder }
  | { kind: 'len' | 'has'; of: Placeholder }
  | { kind: 'pat'; pattern: string }
  | { kind: 'any'; of: string[] };

const operators = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Operator = (typeof operators)[number];

/** `left operator right`, with the text that it was written as. */
export interface Condition {
  source: string;
  left: Operand;
  operator: Operator;
  right: Operand;
}

/**
 * Reads a condition of Gatus's kind, such as `[BODY].user.name == any(ann, bob)`.
 * @throws Error that says what is wrong with it
 */
export function parseCondition(source: string, kind: CheckKind): Condition {
  const text = source.trim();
  const found = splitAtOperator(text);
  if (found === null) {
    throw new Error(
      `"${source}" has no operator; write [STATUS] == 200, with spaces around one of ${operators.join(' ')}`,
    );
  }
  const { left, operator, right } = found;
  const condition = {
    source: text,
    left: parseOperand(left, kind),
    operator,
    right: parseOperand(right, kind),
  };
  if (!readsSomething(condition.left) && !readsSomething(condition.right)) {
    throw new Error(`"${source}" looks at nothing; one side is one of ${named(kind)}`);
  }
  const matches = [condition.left.kind, condition.right.kind].some((it) => /^(pat|any)$/.test(it));
  if (matches && operator !== '==' && operator !== '!=') {
    throw new Error(`"${source}": pat() and any() go with == or !=`);
  }
  return condition;
}

/** Reads a placeholder with a path, such as `[BODY].id`. @throws Error that says what is wrong with it */
export function parsePlaceholder(source: string, kind: CheckKind): Placeholder {
  const match = /^\[([A-Z_]+)\](.*)$/s.exec(source.trim());
  if (match === null) {
    throw new Error(`"${source}" is not one of ${named(kind)}`);
  }
  const [, name = '', rest = ''] = match;
  if (!(placeholders[kind] as readonly string[]).includes(name)) {
    throw new Error(`[${name}] is not known in a check of kind ${kind}; use one of ${named(kind)}`);
  }
  const path = parsePath(rest);
  if (path === null) throw new Error(`"${source}": the path after [${name}] is not valid`);
  if (path.length > 0 && name !== 'BODY' && name !== 'CONTEXT') {
    throw new Error(`"${source}": only [BODY] and [CONTEXT] have a path`);
  }
  if (name === 'CONTEXT' && path.length === 0) {
    throw new Error(`"${source}": say which value: [CONTEXT].name`);
  }
  return { source: source.trim(), name, path };
}

/** The placeholders that a condition reads. */
export function placeholdersOf({ left, right }: Pick<Condition, 'left' | 'right'>): Placeholder[] {
  return [left, right].flatMap((side) =>
    'of' in side && !Array.isArray(side.of) ? [side.of] : [],
  );
}

const named = (kind: CheckKind): string => placeholders[kind].map((name) => `[${name}]`).join(' ');

const readsSomething = (side: Operand): boolean => /^(value|len|has)$/.test(side.kind);

/** The first operator between spaces that is outside of parentheses. */
function splitAtOperator(text: string): { left: string; operator: Operator; right: string } | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth > 0 || text[at] !== ' ') continue;
    const operator = operators.find((one) => text.startsWith(`${one} `, at + 1));
    if (operator === undefined) continue;
    const left = text.slice(0, at).trim();
    const right = text.slice(at + 1 + operator.length).trim();
    return left === '' || right === '' ? null : { left, operator, right };
  }
  return null;
}

function parseOperand(text: string, kind: CheckKind): Operand {
  const call = /^(len|has|pat|any)\((.*)\)$/s.exec(text);
  if (call !== null) {
    const [, name, inner = ''] = call;
    if (name === 'pat') return { kind: 'pat', pattern: inner };
    if (name === 'any') return { kind: 'any', of: inner.split(',').map((one) => one.trim()) };
    return { kind: name as 'len' | 'has', of: parsePlaceholder(inner, kind) };
  }
  if (/^\w+\(.*\)$/s.test(text)) {
    throw new Error(`${text.slice(0, text.indexOf('('))}() is not known; use len has pat any`);
  }
  if (text.startsWith('[')) return { kind: 'value', of: parsePlaceholder(text, kind) };
  return { kind: 'literal', text };
}
