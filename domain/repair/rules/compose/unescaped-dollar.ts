import { locate, type YamlPath, type YamlSource } from '../../../patches/yaml-document.ts';
import { isMapValue } from '../../../patches/yaml-value.ts';
import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineFact } from '../../reading/changes.ts';
import { assignmentsOf, isEnvFile } from '../../reading/env-file.ts';
import { isMasked } from '../../mask.ts';
import { finding } from '../../reading/findings.ts';
import { definitionOf, readStack, type Stack } from '../../reading/stack.ts';

const unset = /The \\?"?'?(\w+)\\?"?'? variable is not set/;
const invalid = /invalid interpolation format for ([\w.[\]"-]+)/;

/** 20: a `$` of a value is meant as it is, and Compose takes what follows for a variable of its own. It is doubled. */
export const unescapedDollar: Rule = (capture) => {
  const stack = readStack(capture);
  const { warnings, error } = capture.compose;
  const blank = warnings.flatMap((text) => {
    const name = unset.exec(text)?.[1];
    return name === undefined ? [] : [{ name, fact: composeFact(text) }];
  });
  const names = new Set(blank.map(({ name }) => name));
  const values = stack.sources.flatMap((source) => textsOf(source, source.value, []));
  const place = error === null ? undefined : invalid.exec(error)?.[1];
  const broken = values.filter(({ path }) => place !== undefined && isAt(path, place));
  const literal = values.filter((value) => meansDollars(stack, value, names));
  const found = broken.length > 0 ? broken : literal;
  if (found.length === 0) return inSecrets(stack, values, blank);
  return found.flatMap((value) => {
    const shown = blank.filter(({ name }) => mentions(value.text, name)).map(({ fact }) => fact);
    const facts = broken.length > 0 ? [composeFact(error!)] : shown;
    return escaped(stack, value, facts, broken.length > 0 ? null : names);
  });
};

/**
 * The names of variables in a secret are hidden with it. Where each blank variable that no other value names can only be a
 * `$` of a secret, all of these are doubled.
 */
function inSecrets(
  stack: Stack,
  values: readonly Value[],
  blank: readonly { name: string; fact: Fact }[],
): Finding[] {
  const secrets = values.filter(({ text }) => isMasked(text));
  const unnamed = blank.filter(({ name }) => !values.some(({ text }) => mentions(text, name)));
  const names = new Set(unnamed.map(({ name }) => name));
  const dollars = secrets.flatMap(({ text }) => [...text.matchAll(/\$(•*)/g)]);
  const fits = dollars.every(([, rest]) => [...names].some((name) => name.length <= rest!.length));
  if (names.size === 0 || dollars.length !== names.size || !fits) return [];
  return secrets.flatMap((value) =>
    escaped(
      stack,
      value,
      unnamed.map(({ fact }) => fact),
      'every',
    ),
  );
}

const composeFact = (text: string): Fact => ({ text, source: { kind: 'compose' } });

interface Value {
  source: YamlSource;
  path: YamlPath;
  text: string;
  fact: Fact;
  /** Where its text begins and ends in the file. */
  range: [number, number];
}

/** The texts of a document that have a `$`. */
function textsOf(source: YamlSource, value: unknown, path: YamlPath): Value[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => textsOf(source, one, [...path, at]));
  if (isMapValue(value))
    return Object.entries(value).flatMap(([key, one]) => textsOf(source, one, [...path, key]));
  if (typeof value !== 'string' || !value.includes('$')) return [];
  const found = locate(source, path);
  const range = found?.node?.range;
  return found === null || !found.own || range === undefined || range === null
    ? []
    : [
        {
          source,
          path,
          text: value,
          fact: lineFact(source, found.line),
          range: [range[0], range[1]],
        },
      ];
}

const isAt = (path: YamlPath, place: string): boolean => {
  const names = place
    .replaceAll(/[[\]"]+/g, '.')
    .split('.')
    .filter((one) => one !== '');
  return path.join('.').startsWith(names.join('.'));
};

const mentions = (text: string, name: string): boolean =>
  new RegExp(`(?<!\\$)\\$(?:${name}(?!\\w)|\\{${name}[}:?-])`).test(text);

/** Whether the blank variables of a value are no variables of Compose. */
function meansDollars(stack: Stack, { text, path }: Value, names: ReadonlySet<string>): boolean {
  const used = [...text.matchAll(/(?<!\$)\$(?:\{(?<braced>\w+)[^}]*\}|(?<plain>\w+))/g)];
  const blank = used.filter(({ groups }) => names.has(groups!['braced'] ?? groups!['plain']!));
  if (blank.length === 0) return false;
  // a variable that an env file of the stack sets, or names to be set, is one of Compose
  const known = knownVariables(stack);
  if (blank.some(({ groups }) => known.has(groups!['braced'] ?? groups!['plain']!))) return false;
  const service = path[0] === 'services' ? String(path[1]) : null;
  const isCommand = path.some((key) => ['command', 'entrypoint', 'test'].includes(String(key)));
  return blank.every((match) => {
    const name = match.groups!['braced'] ?? match.groups!['plain']!;
    if (isCommand) return isOfShell(stack, service, text, name);
    const inside = match.index > 0 && /[\w\d!@#%^&*.)\]-]/.test(text[match.index - 1]!);
    const hash = /\$(?:2[aby]|1|5|6|apr1|argon2\w*|y)\$/.test(text);
    const whole = match[0] === text;
    const setting = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name);
    return (
      match.groups!['plain'] !== undefined &&
      !whole &&
      !setting &&
      (hash || inside || !/^[A-Z_]+$/.test(name))
    );
  });
}

const knownVariables = ({ capture }: Stack): Set<string> =>
  new Set(
    capture.files
      .filter(isEnvFile)
      .flatMap((file) => assignmentsOf(file.text ?? '').map(({ key }) => key)),
  );

/** Whether the shell of a command sets a variable, or the service has it. */
function isOfShell(stack: Stack, service: string | null, text: string, name: string): boolean {
  if (
    new RegExp(
      `(?:^|[;&|\\s'"(])${name}=|\\bfor\\s+${name}\\b|\\bread\\s+(?:-\\w+\\s+)*${name}\\b`,
    ).test(text)
  )
    return true;
  if (service === null) return false;
  const definition = definitionOf(stack, service).environment;
  const own =
    stack.capture.services.find((one) => one.name === service)?.image_config?.environment ?? [];
  const names = Array.isArray(definition)
    ? definition.map((one) => String(one).split('=')[0])
    : Object.keys(isMapValue(definition) ? definition : {});
  return (
    names.includes(name) ||
    own.some((one) => one.startsWith(`${name}=`)) ||
    ['HOSTNAME', 'HOME', 'PATH', 'PWD'].includes(name)
  );
}

/**
 * @param names the blank variables; `every`: each `$` is one; null: Compose cannot read the value, and only what is known is a
 * variable
 */
function escaped(
  stack: Stack,
  value: Value,
  facts: readonly Fact[],
  names: ReadonlySet<string> | 'every' | null,
): Finding[] {
  const { source, path, range } = value;
  const raw = source.text.slice(range[0], range[1]);
  const known = knownVariables(stack);
  const isMeant = (groups: Record<string, string | undefined> | undefined): boolean => {
    const name = groups?.['braced'] ?? groups?.['plain'] ?? '';
    if (names === 'every') return true;
    return names === null ? groups?.['braced'] === undefined && !known.has(name) : names.has(name);
  };
  const operations = [...raw.matchAll(/(?<!\$)\$(?!\$)(?:\{(?<braced>\w+)[^}]*\}|(?<plain>\w+))?/g)]
    .filter(({ groups }) => isMeant(groups))
    .map(({ index }): Operation => replaceAt(source.path, range[0] + index, '$', '$$'));
  const service = path[0] === 'services' ? String(path[1]) : null;
  return operations.length === 0
    ? []
    : [
        finding(
          { class: 'unescaped_dollar', service, confidence: facts.length > 0 ? 0.95 : 0.85 },
          `Compose takes a $ in ${path.slice(-2).join('.')} for a variable of its own`,
          [...facts, value.fact],
          { kind: 'change', operations },
        ),
      ];
}
