import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Rule } from '../../finding.ts';
import { composeFact, setIn } from '../../reading/changes.ts';
import { change, finding } from '../../reading/findings.ts';
import { allLines, type Line } from '../../reading/lines.ts';
import { pathsIn } from '../../reading/error-texts.ts';
import { isBelow, mountAt } from '../../reading/mounts.ts';
import { definitionOf, readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const readOnly = /read-only file ?system|EROFS|No usable temporary directory found in/i;

/** Folders whose content may be lost at every stop. */
const scratch = [
  /^\/tmp(?=\/|$)/,
  /^\/(?:var\/)?run(?=\/|$)/,
  /^\/var\/tmp(?=\/|$)/,
  /^\/var\/cache\/[^/]+/,
  /^\/var\/log\/[^/]+(?=\/)/,
  /^\/var\/lock(?=\/|$)/,
  /^(?:\/[\w.@-]+)+?\/(?:\.?cache|\.?tmp|temp|__pycache__|\.npm|\.next\/cache)(?=\/|$)/,
];

/** 18: a process writes to its root, which is read-only. Folders for what may be lost become a tmpfs. */
export const readOnlyRoot: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => readOnlyFinding(stack, service));
};

function readOnlyFinding(stack: Stack, service: CapturedService): Finding[] {
  const definition = definitionOf(stack, service.name);
  if (definition.read_only !== true) return [];
  const old = tmpfsOf(definition.tmpfs);
  const isCovered = (path: string): boolean =>
    mountAt(service, path) !== null || old.some((one) => isBelow(path, one.split(':')[0]!));
  const written = allLines(service)
    .filter(({ text }) => readOnly.test(text) && !/\b(?:info|notice):/i.test(text))
    .flatMap((line) => pathWritten(line.text).map((path) => ({ line, path })))
    .filter(({ path }) => !isCovered(path));
  if (written.length === 0) return [];
  const roots = written.map(({ path }) => rootOf(path));
  const of = { class: 'read_only_root' as const, service: service.name };
  const setting = ['services', service.name, 'read_only'];
  const facts = [...unique(written.map(({ line }) => line)), ...composeFact(stack, setting)];
  const lost = written.find((_, at) => roots[at] === null);
  const cause = `${service.name} writes to ${(lost ?? written[0]!).path}, but its root is read-only`;
  if (lost !== undefined) {
    const todo = `Mount a volume for ${lost.path}; what is written there should survive a stop.`;
    return [finding({ ...of, confidence: 0.85 }, cause, facts, { kind: 'advice', todo })];
  }
  const folders = [...new Set(roots.filter((root) => root !== null))].toSorted();
  const top = folders.filter(
    (one) => !folders.some((other) => other !== one && isBelow(one, other)),
  );
  const operation = setIn(stack, ['services', service.name, 'tmpfs'], [...old, ...top]);
  return [
    finding(
      { ...of, confidence: 0.95 },
      cause,
      facts,
      change([operation], `a tmpfs for ${top.join(', ')}`),
    ),
  ];
}

/** The path that could not be written: the next one behind the words, else the last one before them. */
function pathWritten(text: string): string[] {
  const at = text.search(readOnly);
  const behind = pathsIn(text.slice(at));
  return behind.length > 0 ? behind.slice(0, 1) : pathsIn(text.slice(0, at)).slice(-1);
}

const rootOf = (path: string): string | null => {
  for (const pattern of scratch) {
    const root = pattern.exec(path)?.[0];
    if (root !== undefined) return root.replace(/^\/var\/run/, '/run');
  }
  return null;
};

const tmpfsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];

const unique = (lines: Line[]): Line['fact'][] => [
  ...new Map(lines.map(({ fact }) => [fact.text, fact])).values(),
];
