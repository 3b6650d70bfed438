import type { Check, RequestText } from './suite.ts';

/** Values that earlier checks of a suite stored. */
export type Context = Readonly<Record<string, string>>;

const placeholder = /\[CONTEXT\]\.(\w+)/g;

/** A check whose request has its stored values; the URL's are encoded. `missing` names a value that was not stored. */
export function fillIn(check: Check, context: Context): { check: Check; missing: string | null } {
  let missing: string | null = null;
  const fill = (text: string, encode = (value: string): string => value): string =>
    text.replace(placeholder, (_, name: string) => {
      if (!Object.hasOwn(context, name)) missing ??= name;
      return encode(context[name] ?? '');
    });
  const filled = (value: RequestText): RequestText => ({ ...value, text: fill(value.text) });
  const next: Check = {
    ...check,
    url: check.url === null ? null : fill(check.url, encodeURIComponent),
    headers: Object.fromEntries(
      Object.entries(check.headers).map(([name, value]) => [name, filled(value)]),
    ),
    body: check.body === null ? null : filled(check.body),
    command: check.command?.map(filled) ?? null,
  };
  return { check: next, missing };
}
