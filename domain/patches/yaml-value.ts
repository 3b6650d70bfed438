/** What a range of a YAML text can be set to. */
export type YamlValue =
  string | number | boolean | null | YamlValue[] | { [key: string]: YamlValue };

export type Quotes = 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE';

/** Words and numbers that YAML 1.1 or 1.2 reads as something other than text. */
const typed =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan)|[-+]?(?:\d[\d_,]*\.?[\d_]*|\.\d+)(?:e[-+]?\d+)?|[-+]?\d[\d_]*(?::\d+)+(?:\.\d*)?|0x[\da-f_]+|0o?[0-7_]+|0b[01_]+|\d{4}-\d\d?-\d\d?.*)$/i;
const plainText = /^[\w./$~^-][^\r\n\t]*$/;

export const isMapValue = (value: unknown): value is Record<string, YamlValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A scalar as text; empty for anything else. */
export const scalarText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';

const isPlain = (text: string, flow: boolean): boolean =>
  plainText.test(text) &&
  !typed.test(text) &&
  !/: |:$| #|\s$|^-(?:\s|$)|^---|^\.\.\.|[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/.test(text) &&
  !(flow && /[,[\]{}]/.test(text));

/** A scalar as YAML text: in the quotes asked for where they can hold it, else in those that can. */
export function renderScalar(
  value: string | number | boolean | null,
  quotes: Quotes,
  flow: boolean,
): string {
  if (typeof value !== 'string') return String(value);
  if (quotes === 'PLAIN' && isPlain(value, flow)) return value;
  // oxlint-disable-next-line no-control-regex
  const needsEscapes = /[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/.test(value);
  return quotes === 'QUOTE_DOUBLE' || needsEscapes
    ? JSON.stringify(value)
    : `'${value.replaceAll("'", "''")}'`;
}

/** A value on one line: `[a, b]`, `{ a: 1 }`. */
export function renderFlow(value: YamlValue, quotes: Quotes = 'PLAIN', flow = true): string {
  if (Array.isArray(value)) return `[${value.map((one) => renderFlow(one, quotes)).join(', ')}]`;
  if (!isMapValue(value)) return renderScalar(value, quotes, flow);
  const entries = Object.entries(value).map(
    ([key, one]) => `${renderScalar(key, 'PLAIN', true)}: ${renderFlow(one, quotes)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** `key: value` as lines: maps as blocks, lists on one line. */
export function renderPair(
  key: string,
  value: YamlValue,
  layout: { pad: string; step: string; eol: string; quotes?: Quotes },
): string {
  const name = `${layout.pad}${renderScalar(key, 'PLAIN', false)}:`;
  if (!isMapValue(value) || Object.keys(value).length === 0)
    return `${name} ${renderFlow(value, layout.quotes, false)}`;
  const inner = { ...layout, pad: layout.pad + layout.step };
  return [name, ...Object.entries(value).map(([one, its]) => renderPair(one, its, inner))].join(
    layout.eol,
  );
}
