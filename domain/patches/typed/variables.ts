import type { OperationOf } from '../../../contracts/patch-operation.ts';

const assignment =
  /^(?<head>[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_]\w*)[ \t]*=[ \t]*)(?<value>"[^"\r\n]*"|'[^'\r\n]*'|(?:[^\s#]|(?<=\S)#|[ \t]+(?=[^\s#]))*)/gm;

interface Assigned {
  value: string;
  quote: string;
  start: number;
  end: number;
}

/** The last assignment of a variable in an env file, which counts; null if it has none. */
export function assignedIn(text: string, name: string): Assigned | null {
  const found = [...text.matchAll(assignment)].findLast(({ groups }) => groups!['name'] === name);
  if (found === undefined) return null;
  const { head, value } = found.groups as { head: string; value: string };
  const quote = /^["']/.exec(value)?.[0] ?? '';
  const start = found.index + head.length;
  const bare = quote === '' ? value : value.slice(1, -1);
  return { value: bare, quote, start, end: start + value.length };
}

/** Writes another value of a variable into an env file, in the quotes that are there. */
export function setVariable(
  text: string,
  { name, expect, value }: Pick<OperationOf<'set_variable'>, 'name' | 'expect' | 'value'>,
): string | { because: string } {
  const found = assignedIn(text, name);
  if (found === null) return { because: `${name} is not set there` };
  if (found.value !== expect)
    return { because: `${name} is not what the operation expects; somebody changed it since` };
  const quote = found.quote === '' && /[\s#'"$\\]/.test(value) ? "'" : found.quote;
  const fits = !/[\r\n]/.test(value) && (quote === '' || !value.includes(quote));
  if (!fits || (quote === '"' && /[$\\`]/.test(value)))
    return { because: `the value of ${name} cannot be written there` };
  return `${text.slice(0, found.start)}${quote}${value}${quote}${text.slice(found.end)}`;
}
