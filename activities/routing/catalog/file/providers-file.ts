import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { providersFile, type ProviderEntry } from '../../../../contracts/provider.ts';
import { knownProviders } from '../known/known-providers.ts';

/** One mistake in the file: its line from 1, the field, and what to write there. Never the value, which could be a key. */
export interface FileProblem {
  line: number;
  field: string;
  message: string;
}

/** The providers file cannot be used. Its message has one line for each problem. */
export class ProvidersFileError extends Error {
  override name = 'ProvidersFileError';
  readonly problems: readonly FileProblem[];

  constructor(path: string, problems: readonly FileProblem[]) {
    const lines = problems.map(
      ({ line, field, message }) =>
        `${path}:${line}: ${field === '' ? '' : `${field} `}${message}.`,
    );
    super(`VX11_PROVIDERS_FILE is not right:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

const mostBytes = 1024 * 1024;
type Path = readonly PropertyKey[];

/**
 * Reads the text of the operator's file. An empty file has no providers.
 *
 * @param path as the operator wrote it, for the message
 * @throws ProvidersFileError
 */
export function readProvidersFile(path: string, text: string): ProviderEntry[] {
  const fail = (problems: FileProblem[]): never => {
    throw new ProvidersFileError(path, problems);
  };
  if (text.length > mostBytes)
    return fail([{ line: 1, field: '', message: 'it is larger than 1 MiB; split the list' }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { merge: true, lineCounter: lines, logLevel: 'silent' });
  if (document.errors.length > 0) {
    const broken = document.errors.map(({ pos, code }) => ({
      line: lines.linePos(pos[0]).line,
      field: '',
      message: `it is not YAML here (${code}); check the indentation and the quotes`,
    }));
    return fail(broken);
  }
  const value = valueOf(document);
  if (value === null) return [];
  const parsed = providersFile.safeParse(value);
  const lineOf = (at: Path): number => lineAt(document, lines, at);
  if (!parsed.success)
    return fail(parsed.error.issues.flatMap((issue) => problemsOf(issue, lineOf)));
  const { providers } = parsed.data;
  const wrong = [...repeats(providers), ...withoutAddress(providers), ...programs(providers)];
  if (wrong.length > 0)
    return fail(
      wrong.map(({ at, message }) => ({ line: lineOf(at), field: fieldOf(at), message })),
    );
  return parsed.data.providers;
}

function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return 'too many aliases';
  }
}

/** The line of the innermost part of `path` that the file has. */
function lineAt(document: Document.Parsed, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** `providers[0].models[2].price.in` */
const fieldOf = (path: Path): string =>
  path
    .map((part, at) =>
      typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part)}`,
    )
    .join('');

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a group of fields',
};

function problemsOf(issue: z.core.$ZodIssue, lineOf: (at: Path) => number): FileProblem[] {
  const at = (path: Path, message: string): FileProblem => ({
    line: lineOf(path),
    field: fieldOf(path),
    message,
  });
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        at([...issue.path, key], 'is no field of this file; remove it'),
      );
    case 'invalid_type':
      return [at(issue.path, `must be ${words[issue.expected] ?? issue.expected}`)];
    case 'invalid_value':
      return [at(issue.path, `must be one of ${issue.values.join(', ')}`)];
    case 'too_small':
      return [
        at(issue.path, `must ${hasItems(issue.origin) ? 'have' : 'be'} at least ${issue.minimum}`),
      ];
    case 'too_big':
      return [
        at(issue.path, `must ${hasItems(issue.origin) ? 'have' : 'be'} at most ${issue.maximum}`),
      ];
    default:
      return [at(issue.path, issue.message)];
  }
}

const hasItems = (origin: string): boolean => origin === 'array' || origin === 'string';

const withoutAddress = (providers: readonly ProviderEntry[]): { at: Path; message: string }[] =>
  providers.flatMap(({ id, kind, base_url }, nth) =>
    base_url !== undefined || kind === 'cli' || knownProviders.get(id)?.base_url !== undefined
      ? []
      : [
          {
            at: ['providers', nth, 'base_url'],
            message:
              'is needed for this provider: say where it listens, such as http://ollama:11434',
          },
        ],
  );

const programs = (providers: readonly ProviderEntry[]): { at: Path; message: string }[] =>
  providers.flatMap(({ kind, program }, nth) =>
    (kind === 'cli') === (program !== undefined)
      ? []
      : [
          {
            at: ['providers', nth, 'program'],
            message: 'goes with kind: cli, and kind: cli with it',
          },
        ],
  );

/** Ids that are there twice, of providers and of the models of one. */
function repeats(providers: readonly ProviderEntry[]): { at: Path; message: string }[] {
  const twice = (ids: readonly string[], path: (nth: number) => Path) =>
    ids.flatMap((id, nth) =>
      ids.indexOf(id) < nth ? [{ at: path(nth), message: 'is there twice; keep one of them' }] : [],
    );
  return [
    ...twice(
      providers.map(({ id }) => id),
      (nth) => ['providers', nth, 'id'],
    ),
    ...providers.flatMap(({ models = [] }, provider) =>
      twice(
        models.map(({ id }) => id),
        (nth) => ['providers', provider, 'models', nth, 'id'],
      ),
    ),
  ];
}
