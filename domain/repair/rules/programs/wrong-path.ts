import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { Capture, CapturedFile } from '../../capture.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact, replaceWord } from '../../reading/changes.ts';
import { commandParts } from '../../reading/command.ts';
import { editDistance } from '../../../checks/edit-distance.ts';
import { variablesOf } from '../../reading/environment.ts';
import { finding } from '../../reading/findings.ts';
import { allLines, type Line } from '../../reading/lines.ts';
import { baseName } from '../../reading/scripts.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** How runtimes say that a file of theirs is not there; the path is the first group that matched. */
const missing: readonly RegExp[] = [
  /Cannot find module ['"]((?:\.{0,2}\/)[^'"]+)['"]/,
  /(?:FileNotFoundError|No such file or directory):?.*?['"]((?:\.{0,2}\/)?[\w@.+-][^'":]*)['"]/,
  /can't open file ['"]([^'"]+)['"]/,
  /ENOENT: no such file or directory, \w+ ['"]([^'"]+)['"]/,
  /(?:ba|da|a)?sh: (?:\d+: |line \d+: )?(?:can't open|cannot open) ['"]?([^\s'":]+)/,
  /(?:ba|da|a)?sh: (?:\d+: |line \d+: )?([\w./-]*\/[\w.-]+|[\w-]+\.[\w]+): (?:not found|No such file or directory)/,
  /(?:^|\s)(?:cat|source|\.|open|load|read|stat|grep|cp): (?:can't open |cannot (?:open|stat) )?['"]?([\w./-]+\.\w+|[\w.-]*\/[\w./-]+)['"]?: No such file/,
  /open ([\w./-]+): no such file or directory/,
  /cannot load such file -- ([\w./-]+)/,
  /open\(\) "([^"]+)" failed \(2:/,
  /FileNotFoundException: ([^\s(]+)/,
  /TemplateNotFound:? ['"]?([\w./-]+)/,
];
/** The path that a line says is not there; undefined if it says no such thing. */
export const missingPath = (text: string): string | undefined =>
  missing.map((words) => words.exec(text)?.[1]).find((one) => one !== undefined);

const module = /No module named ['"]?([A-Za-z_][\w.]*)/;
const isText = (file: CapturedFile): file is Text => file.text !== null;
type Text = CapturedFile & { text: string };

/** 23: a program names a file of the stack in another case, or with up to two wrong letters. The name is written right. */
export const wrongPath: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const lines = allLines(service);
    for (const line of lines) {
      const path = missingPath(line.text);
      const found =
        path === undefined ? pythonModule(stack, service, line) : wrong(stack, service, line, path);
      if (found !== null) return [found];
    }
    return [];
  });
};

function wrong(stack: Stack, service: CapturedService, line: Line, path: string): Finding | null {
  const right = nearestFile(path, stack.capture);
  if (right === null) return null;
  const place = [
    ...inFiles(stack, service, path, right),
    ...inCompose(stack, service, path, right),
  ];
  const of = { class: 'wrong_path' as const, service: service.name };
  const cause = `${service.name} looks for ${path}, and the file is ${right.path}`;
  const [one, ...more] = place;
  if (one === undefined || more.length > 0)
    return one === undefined
      ? null
      : finding({ ...of, confidence: 0.6 }, cause, [line.fact, ...place.map(({ fact }) => fact)], {
          kind: 'needs_value',
          what: `which of ${place.length} places names ${path}`,
        });
  return finding(
    { ...of, confidence: right.edits === 0 ? 0.95 : 0.85 },
    cause,
    [line.fact, one.fact],
    {
      kind: 'change',
      operations: [one.operation],
    },
  );
}

interface Right {
  path: string;
  /** Its last names, as many as those of the wrong path that take part. */
  segments: string[];
  edits: number;
}

/** The one file whose last names are nearest to those of a path: case costs nothing, and at most two letters differ. */
function nearestFile(path: string, { files }: Capture): Right | null {
  const wanted = path.split('/').filter((one) => one !== '' && one !== '.' && one !== '..');
  if (wanted.length === 0) return null;
  const ranked = files
    .filter((file) => !/(?:^|\/)(?:node_modules|\.git|__pycache__)\//.test(file.path))
    .map((file) => score(wanted, file.path))
    .filter((one) => one !== null)
    .toSorted((a, b) => a.edits - b.edits || b.shared - a.shared);
  const [first, second] = ranked;
  if (first === undefined || first.same) return null;
  return second !== undefined && second.edits === first.edits && second.shared === first.shared
    ? null
    : first;
}

/** Null if a file is none that could be meant. `same`: it is exactly what was asked for. */
function score(wanted: string[], path: string): (Right & { shared: number; same: boolean }) | null {
  const own = path.split('/');
  const bare = !/\.\w+$/.test(wanted.at(-1)!);
  const name = (segment: string, last: boolean): string =>
    last && bare ? segment.replace(/\.\w+$/, '') : segment;
  let [edits, shared, raw, ofName] = [0, 0, 0, 0];
  const count = Math.min(wanted.length, own.length);
  for (let at = 1; at <= count; at += 1) {
    const [a, b] = [wanted.at(-at)!, name(own.at(-at)!, at === 1)];
    const cost = editDistance(a.toLowerCase(), b.toLowerCase());
    // above the file, the path in the container and the folder of the stack may differ
    if (cost > 2 || (at > 1 && cost > 0 && a.length < 5)) {
      if (at === 1) return null;
      break;
    }
    edits += cost;
    if (at === 1) ofName = cost;
    raw += a === b ? 0 : 1;
    shared = at;
  }
  const stem = name(own.at(-1)!, true).replace(/\.\w+$/, '');
  // of a short name, a letter makes another one
  if (edits > 2 || (ofName > 0 && stem.length < 4)) return null;
  const segments = own.slice(-shared);
  return {
    path,
    segments: bare ? [...segments.slice(0, -1), name(segments.at(-1)!, true)] : segments,
    edits,
    shared,
    same: raw === 0,
  };
}

interface Place {
  operation: Operation;
  fact: Fact;
}

/** The last names of a path as they may be written, the longest first, each with how it should be. */
function tails(path: string, right: Right): [string, string][] {
  const wanted = path.split('/').filter((one) => one !== '' && one !== '.' && one !== '..');
  const count = Math.min(wanted.length, right.segments.length);
  const pairs = right.segments
    .slice(-count)
    .map((own, at): [string, string] => [wanted.slice(-count)[at]!, own])
    .filter(([a, b]) => a !== b);
  const whole = Array.from({ length: count }, (_, at) => count - at)
    .map((length): [string, string] => [
      wanted.slice(-length).join('/'),
      right.segments.slice(-length).join('/'),
    ])
    .filter(([a, b]) => a !== b)
    .flatMap(([a, b]): [string, string][] => {
      const stem = /\.(?:[cm]?[jt]sx?|json)$/;
      return stem.test(a)
        ? [
            [a, b],
            [a.replace(stem, ''), b.replace(stem, '')],
          ]
        : [[a, b]];
    });
  return [...whole, ...pairs];
}

/** Where files of the program name a path: those that the log names first. */
function inFiles(
  { capture }: Stack,
  service: CapturedService,
  path: string,
  right: Right,
): Place[] {
  const heard = service.logs.join('\n');
  const texts = capture.files
    .filter(isText)
    .filter(
      ({ path: own }) =>
        !capture.compose.files.includes(own) &&
        !/(?:^|\/)(?:node_modules)\/|\.(?:md|rst|lock)$|package-lock\.json$/.test(own),
    );
  const named = texts.filter(({ path: own }) => heard.includes(baseName(own)));
  for (const files of [named, texts])
    for (const [word, by] of tails(path, right)) {
      const found = files.flatMap((file) => places(file, word, by));
      if (found.length > 0) return found;
    }
  return [];
}

/** Where a text names a path as a whole: in quotes, after a blank, or below a folder. */
function places(file: Text, word: string, by: string): Place[] {
  const name = RegExp.escape(word);
  const pattern = new RegExp(`(?<=^|['"\`\\s/=:(,])${name}(?=$|['"\`\\s;,):#?])`, 'gm');
  return [...file.text.matchAll(pattern)]
    .filter(({ index }) => !isComment(file.text, index))
    .map(({ index }) => ({
      operation: replaceAt(file.path, index, word, by),
      fact: lineFact(file, lineAt(file.text, index)),
    }));
}

const isComment = (text: string, index: number): boolean =>
  /^\s*(?:#(?!!)|\/\/|\*)/.test(text.slice(text.lastIndexOf('\n', index - 1) + 1, index));

function inCompose(stack: Stack, service: CapturedService, path: string, right: Right): Place[] {
  for (const [word, by] of tails(path, right)) {
    const commands = commandParts(stack, service.name).flatMap(
      ({ text, source, path: at, fact }) => {
        const whole = text.split(/[\s'"]+/).find((one) => one === word || one.endsWith(`/${word}`));
        const operation =
          whole === undefined
            ? null
            : replaceWord(stack, source, at, [
                whole,
                whole.slice(0, whole.length - word.length) + by,
              ]);
        return operation === null ? [] : [{ operation, fact }];
      },
    );
    const variables = variablesOf(stack, service.name).flatMap(({ raw, replace, fact }) => {
      const operation =
        raw !== null && (raw === word || raw.endsWith(`/${word}`))
          ? replace(raw, raw.slice(0, raw.length - word.length) + by)
          : null;
      return operation === null ? [] : [{ operation, fact }];
    });
    if (commands.length + variables.length > 0) return [...commands, ...variables];
  }
  return [];
}

/** A module of the program that is imported in another case, or with a wrong letter. */
function pythonModule({ capture }: Stack, service: CapturedService, line: Line): Finding | null {
  const name = module.exec(line.text)?.[1];
  if (name === undefined) return null;
  const last = name.split('.').at(-1)!;
  const modules = new Set(
    capture.files.flatMap(({ path }) => {
      const own = /(?:^|\/)(?<name>[A-Za-z_]\w*)(?:\.py|\/__init__\.py)$/.exec(path)?.groups?.[
        'name'
      ];
      return own === undefined ? [] : [own];
    }),
  );
  if (modules.has(last)) return null;
  const near = [...modules].filter((one) => {
    const edits = editDistance(one.toLowerCase(), last.toLowerCase());
    return edits === 0 || (edits === 1 && last.length >= 5) || (edits === 2 && last.length >= 8);
  });
  if (near.length !== 1) return null;
  const [right] = near as [string];
  const found = capture.files.filter(isText).flatMap((file) => {
    if (!file.path.endsWith('.py')) return [];
    const statement = new RegExp(
      `^(?<head>[ \\t]*(?:from|import)[ \\t]+(?:[\\w.]*\\.)?)${last}(?<tail>[ \\t]+(?:import|as)\\b|[ \\t]*\\r?$)`,
      'gm',
    );
    return [...file.text.matchAll(statement)].map((match) => {
      const start = match.index + match.groups!['head']!.length;
      const plain =
        /^\s*import\s+$/.test(match.groups!['head']!) && match.groups!['tail']!.trim() === '';
      const text =
        plain && new RegExp(`\\b${last}\\.`).test(file.text) ? `${right} as ${last}` : right;
      return {
        operation: replaceAt(file.path, start, last, text),
        fact: lineFact(file, lineAt(file.text, start)),
      };
    });
  });
  if (found.length === 0) return null;
  return finding(
    { class: 'wrong_path', service: service.name, confidence: 0.85 },
    `${service.name} imports ${last}, and the module is ${right}`,
    [line.fact, ...found.map(({ fact }) => fact)],
    {
      kind: 'change',
      operations: found.map(({ operation }) => operation),
    },
  );
}
