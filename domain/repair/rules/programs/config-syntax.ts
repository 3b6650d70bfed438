import { replaceAt } from '../../../patches/edit.ts';
import { brokenLines, hasTextOverLines, readYaml } from '../../../patches/yaml-document.ts';
import { keysAt } from '../../reading/compose-keys.ts';
import type { Capture, CapturedFile } from '../../capture.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact } from '../../reading/changes.ts';
import { isEnvFile } from '../../reading/env-file.ts';
import { finding } from '../../reading/findings.ts';
import { allLines, type Line } from '../../reading/lines.ts';
import {
  jsonChanges,
  lineRange,
  onlyChange,
  yamlChanges,
  type Change,
} from '../../reading/one-character.ts';
import { baseName } from '../../reading/scripts.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

type Text = CapturedFile & { text: string };

/** How parsers say that a configuration cannot be read. */
const json =
  /JSON|JSONDecodeError|Unexpected (?:token|end|string|number|non-whitespace)|Expecting (?:property name|',' delimiter|value|':' delimiter)|Illegal trailing comma|trailing comma|invalid character .* (?:looking for|after)|parse error.*(?:line|near)/i;
const yaml =
  /yaml|found character .* cannot start any token|did not find expected|mapping values are not allowed|could not find expected|while (?:parsing|scanning)|found undefined|bad indentation|Implicit (?:map|keys)|found unexpected end of stream/i;
const nginx =
  /\[emerg\].*? (?:directive "(?<word>\w+)" is not terminated by ";"|unexpected "(?<sign>[}{;])"|unexpected end of file, expecting "(?<wanted>[};])"[^/]*?)(?:.*?) in (?<path>\S+):(?<line>\d+)|\[emerg\].*?invalid number of arguments in "(?<many>\w+)" directive in (?<path2>\S+):(?<line2>\d+)/;
const settings =
  /MissingSectionHeaderError|File contains no section headers|contains parsing errors|TOMLDecodeError|toml|invalid (?:INI|TOML)|unterminated|Unclosed|missing (?:closing )?quote|unexpected character/i;

/** The longest file that is tried, in characters. */
const longest = 64 * 1024;

/** 29: a configuration cannot be read, and one character would mend it. */
export const configSyntax: Rule = (capture) => {
  const composed = composeFile(capture);
  if (composed.length > 0) return composed;
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const lines = allLines(service);
    return [
      ...byFormat(
        capture,
        service.name,
        lines.filter(({ text }) => json.test(text)),
        brokenJson,
      ),
      ...byFormat(
        capture,
        service.name,
        lines.filter(({ text }) => yaml.test(text)),
        brokenYaml,
      ),
      ...byFormat(
        capture,
        service.name,
        lines.filter(({ text }) => settings.test(text)),
        settingsChange,
      ),
      ...lines.flatMap((line) => nginxFile(capture, service.name, line)).slice(0, 1),
    ].slice(0, 1);
  });
};

/** A compose file that Compose cannot read. */
function composeFile(capture: Capture): Finding[] {
  const { error, files } = capture.compose;
  if (error === null) return [];
  if (!yaml.test(error)) return settings.test(error) ? envFile(capture, error) : [];
  const [named] = [/line (\d+)/.exec(error)?.[1]].filter((one) => one !== undefined).map(Number);
  const fact: Fact = { text: error, source: { kind: 'compose' } };
  return files.flatMap((path) => {
    const file = textFile(capture, path);
    if (file === null || readYaml(file).length > 0 || file.text.trim() === '') return [];
    // Compose counts from the beginning of what it could not read
    const own = brokenLines(file.text);
    const lines = [...new Set([...own, named ?? 1])];
    const changes = lines.flatMap((line) => yamlChanges(file.text, line));
    const change = onlyChange(file.text, changes, readCompose(path));
    return [report(file, null, [fact], change, own[0] ?? named ?? 1)];
  });
}

/** An env file that Compose cannot read. */
function envFile(capture: Capture, error: string): Finding[] {
  const fact: Fact = { text: error, source: { kind: 'compose' } };
  const broken = capture.files.flatMap((file) => {
    const named = file.text !== null && isEnvFile(file) && error.includes(baseName(file.path));
    const found = named ? settingsChange(file as Text) : null;
    return found === null ? [] : [report(file as Text, null, [fact], found.change, found.line)];
  });
  return broken.length === 1 ? broken : [];
}

/** A stack whose services all are maps of known keys, so that an indentation that only parses is not taken. */
const readCompose =
  (path: string) =>
  (text: string): string | null => {
    const [source] = readYaml({ path, text });
    if (source !== undefined && hasTextOverLines(source)) return null;
    const { services } = (source?.value ?? {}) as { services?: Record<string, unknown> };
    if (typeof services !== 'object' || services === null) return null;
    const whole = Object.values(services).every(isService);
    return whole ? JSON.stringify(source!.value) : null;
  };

const isService = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { image } = value as { image?: unknown };
  const known = keysAt('services.x');
  if (!Object.keys(value).every((key) => known.includes(key) || /^x-|^<<$/.test(key))) return false;
  // lines that run together make a name with blanks
  return image === undefined
    ? 'build' in value || 'extends' in value
    : typeof image === 'string' && !/\s/.test(image);
};

/** What is wrong in a file, and the change that would mend it; null for a file that can be read. */
type Check = (file: Text, line: Line) => { change: Change | null; line: number } | null;

/** The broken file that a line is about: the one that it names, or the only one that is broken. */
function byFormat(
  capture: Capture,
  service: string,
  lines: readonly Line[],
  check: Check,
): Finding[] {
  const [line] = lines;
  if (line === undefined) return [];
  const broken = capture.files
    .filter((file): file is Text => file.text !== null && file.text.length <= longest)
    .filter(
      ({ path }) => !capture.compose.files.includes(path) && !/(?:^|\/)node_modules\//.test(path),
    )
    .flatMap((file) => {
      const found = check(file, line);
      return found === null ? [] : [{ file, ...found }];
    });
  const named = broken.filter(({ file }) =>
    lines.some(({ text }) => text.includes(baseName(file.path))),
  );
  const [one, ...more] = named.length > 0 ? named : broken;
  return one === undefined || more.length > 0
    ? []
    : [report(one.file, service, [line.fact], one.change, one.line)];
}

const textFile = ({ files }: Capture, path: string): Text | null =>
  files.find((file): file is Text => file.path === path && file.text !== null) ?? null;

function report(
  file: Text,
  service: string | null,
  facts: readonly Fact[],
  change: Change | null,
  line: number,
): Finding {
  const { path, text } = file;
  const at = change === null ? line : lineAt(text, change.start);
  const cause = `${path} cannot be read: its line ${at} is broken`;
  const shown = [...facts, lineFact(file, Math.min(at, text.split('\n').length))];
  const of = { class: 'config_syntax' as const, service };
  if (change === null)
    return finding({ ...of, confidence: 0.7 }, cause, shown, {
      kind: 'needs_value',
      what: `what line ${line} of ${path} should say`,
    });
  const { start, end, text: by } = change;
  const operation = replaceAt(path, start, text.slice(start, end), by);
  return finding({ ...of, confidence: 0.95 }, cause, shown, {
    kind: 'change',
    operations: [operation],
  });
}

const readJson = (text: string): string | null => {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return null;
  }
};

const brokenJson: Check = (file) => {
  const { path, text } = file;
  if (
    !path.endsWith('.json') ||
    /(?:tsconfig|jsconfig)[^/]*\.json$|(?:^|\/)\.vscode\//.test(path) ||
    readJson(text) !== null
  )
    return null;
  const at = failsAt(text);
  const change = onlyChange(text, jsonChanges(text, at), readJson);
  return { change, line: lineAt(text, at) };
};

/** The offset at which a text stops being JSON. */
function failsAt(text: string): number {
  try {
    JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    return position === undefined ? text.trimEnd().length : Number(position);
  }
  return text.length;
}

const brokenYaml: Check = (file, line) => {
  const { path, text } = file;
  const read = (one: string): string | null => {
    const sources = readYaml({ path, text: one });
    return sources.length === 0 ? null : JSON.stringify(sources.map(({ value }) => value));
  };
  if (!/\.ya?ml$/.test(path) || text.trim() === '' || read(text) !== null) return null;
  const named = Number(/line (\d+)/.exec(line.text)?.[1] ?? tabbedLine(text));
  return { change: onlyChange(text, yamlChanges(text, named), read), line: named };
};

const tabbedLine = (text: string): number =>
  text.split('\n').findIndex((one) => /^ *\t/.test(one)) + 1 || 1;

/** INI, TOML and env files: a byte order mark, or a value with one quote. */
function settingsChange(file: Text): { change: Change | null; line: number } | null {
  const { path, text } = file;
  if (!/\.(?:ini|cfg|conf|toml|properties)$|(?:^|\/)[^/]*\.env[^/]*$/.test(path)) return null;
  if (text.startsWith('\uFEFF')) return { change: { start: 0, end: 1, text: '' }, line: 1 };
  const lines = text.split('\n');
  const odd = lines.flatMap((one, at) =>
    /^\s*[#;]/.test(one) || /"""|'''/.test(text)
      ? []
      : ['"', "'"].filter((quote) => opensOnly(one, quote)).map((quote) => ({ at: at + 1, quote })),
  );
  if (odd.length !== 1) return odd.length === 0 ? null : { change: null, line: odd[0]!.at };
  const [start, end] = lineRange(text, odd[0]!.at);
  const place =
    start +
    text
      .slice(start, end)
      .trimEnd()
      .replace(/[\],]+$/, '').length;
  return { change: { start: place, end: place, text: odd[0]!.quote }, line: odd[0]!.at };
}

/** A value that begins with a quote and has no second one. */
const opensOnly = (line: string, quote: string): boolean =>
  new RegExp(`[=:\\[,]\\s*${quote}[^${quote}]*$`).test(line.trimEnd()) &&
  line.split(quote).length === 2;

/** A directive of nginx without its semicolon, or a block without its bracket. */
function nginxFile(capture: Capture, service: string, line: Line): Finding[] {
  const groups = nginx.exec(line.text)?.groups;
  if (groups === undefined) return [];
  const path = groups['path'] ?? groups['path2']!;
  const at = Number(groups['line'] ?? groups['line2']);
  const files = capture.files.filter(
    (file): file is Text => file.text !== null && baseName(file.path) === baseName(path),
  );
  const [file] = files;
  if (file === undefined || files.length > 1) return [];
  const change = nginxChange(file.text, at, groups['wanted'] ?? null);
  return [report(file, service, [line.fact], change, at)];
}

function nginxChange(text: string, at: number, wanted: string | null): Change | null {
  if (wanted === '}') {
    const end = text.trimEnd().length;
    return { start: end, end, text: `${text.includes('\r\n') ? '\r\n' : '\n'}}` };
  }
  // nginx names the line at which it noticed: the directive begins at or before it
  for (let line = at; line > Math.max(at - 5, 0); line -= 1) {
    const [start, end] = lineRange(text, line);
    const own = text
      .slice(start, end)
      .replace(/\s+#.*$/, '')
      .trimEnd();
    if (/^\s*[a-z_]+\s+\S.*[^;{}\s]$/.test(own))
      return { start: start + own.length, end: start + own.length, text: ';' };
  }
  return null;
}
