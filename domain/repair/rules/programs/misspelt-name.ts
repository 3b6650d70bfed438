import type { Capture } from '../../capture.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { replaceAt, type Operation } from '../../../patches/edit.ts';
import { lineAt, lineFact } from '../../reading/changes.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { assignmentsOf, isEnvFile } from '../../reading/env-file.ts';
import { finding } from '../../reading/findings.ts';
import { logLines, type Line } from '../../reading/lines.ts';
import { codeFiles, tracedIn, type Text, type Traced } from '../../reading/program-files.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** How interpreters say that they do not know a name of the code; the name is a group. */
const unknown: readonly RegExp[] = [
  /ImportError: cannot import name '(\w+)'/,
  /NameError: name '(\w+)' is not defined/,
  /AttributeError: (?:module|type object|partially initialized module|'\w+' object) '?[\w.]*'? ?has no attribute '(\w+)'/,
  /ReferenceError: (\w+) is not defined/,
  /TypeError: (?:[\w$.]+\.)?(\w+) is not a function/,
  /does not provide an export named '(\w+)'/,
  /\.(?:sh|bash): (?:line )?\d+: (\w+): not found/,
];
/** How they say that data have no such key. */
const noKey: readonly RegExp[] = [
  /KeyError: '([\w.-]+)'/,
  /: (?:line )?\d*:? ?([A-Za-z_]\w*): (?:parameter not set|unbound variable|parameter null or not set)/,
];

/** What Node says where a key gave nothing; the key of that nothing is a group. */
const ofNothing = /TypeError: Cannot read properties of undefined \(reading '(\w+)'\)/;

/** The key before another one in a line of a program, such as `b` in `a.b.c`. */
const ownerOf = ({ file, line }: Traced, property: string): string | undefined =>
  new RegExp(`[\\w\\])]\\.(\\w+)\\.${property}\\b|\\['(\\w+)'\\]\\.${property}\\b`)
    .exec(file.text.split('\n')[line - 1] ?? '')
    ?.slice(1)
    .find((one) => one !== undefined);

/** A name of which a letter or two make another one. */
const shortest = 4;

/** A program uses a name that it, or its data, has with up to two other letters. The name is written as it is there. */
export const misspeltName: Rule = (capture) =>
  suspects(readStack(capture)).flatMap((service) => {
    const lines = logLines(service);
    for (const [at, line] of lines.entries()) {
      const said = (all: readonly RegExp[]): string | undefined =>
        all.map((words) => words.exec(line.text)?.[1]).find((one) => one !== undefined);
      const traced = (all: readonly Line[]): Traced | undefined =>
        all.map(({ text }) => tracedIn(capture, text)).find((one) => one !== null);
      const property = ofNothing.exec(line.text)?.[1];
      // Python names the place before the error, Node after it
      const below = property === undefined ? undefined : traced(lines.slice(0, at).toReversed());
      const name = said(unknown);
      const key = said(noKey) ?? (below && property && ownerOf(below, property));
      const wrong = name ?? key;
      if (wrong === undefined || wrong.length < shortest) continue;
      const known = key === undefined ? namesIn(capture, wrong) : keysIn(capture);
      const right = known.has(wrong) ? null : nearest(wrong, known.keys());
      const place = below ?? traced(lines.slice(at));
      const files = place === undefined ? codeFiles(capture) : [place.file];
      const found = right === null ? [] : rewritten(files, wrong, right);
      if (right !== null && found.length > 0)
        return [report(service.name, line, wrong, right, known.get(right)!, found)];
    }
    return [];
  });

/** What a program defines, and where. */
function namesIn(capture: Capture, wrong: string): Map<string, Fact> {
  const found = new Map<string, Fact>();
  const defined =
    /\b(?:def|class|function|const|let|var|exports\.|async function)\s*\*?\s*([A-Za-z_]\w*)|^\s*([A-Za-z_]\w*)\s*(?:=(?!=)|\(\)\s*\{)/gm;
  for (const file of codeFiles(capture))
    for (const match of file.text.matchAll(defined)) {
      const name = (match[1] ?? match[2])!;
      // the faulty line may itself define the misspelt name
      if (name !== wrong && name.length >= shortest && !found.has(name))
        found.set(name, lineFact(file, lineAt(file.text, match.index)));
    }
  return found;
}

/** The keys of the data of a program: JSON, settings, the first line of CSV. */
function keysIn({ files, compose }: Capture): Map<string, Fact> {
  const found = new Map<string, Fact>();
  for (const file of files) {
    if (file.text === null || compose.files.includes(file.path)) continue;
    for (const { key, line } of keysOf(file as Text))
      if (!found.has(key)) found.set(key, lineFact(file as Text, line));
  }
  return found;
}

function keysOf(file: Text): { key: string; line: number }[] {
  const { path, text } = file;
  if (path.endsWith('.json'))
    return [...text.matchAll(/"((?:[^"\\]|\\.)+)"\s*:/g)].map(({ 1: key, index }) => ({
      key: key!,
      line: lineAt(text, index),
    }));
  if (path.endsWith('.csv'))
    return (text.split(/\r?\n/)[0] ?? '')
      .split(/[,;\t]/)
      .map((key) => ({ key: key.trim().replaceAll('"', ''), line: 1 }));
  if (isEnvFile(file)) return assignmentsOf(text).map(({ key, line }) => ({ key, line }));
  return [];
}

interface Place {
  operation: Operation;
  fact: Fact;
}

/** Each place of the wrong word in a program. */
const rewritten = (files: readonly Text[], wrong: string, right: string): Place[] =>
  files.flatMap((file) =>
    [...file.text.matchAll(new RegExp(`(?<![\\w-])${RegExp.escape(wrong)}(?![\\w-])`, 'g'))].map(
      ({ index }) => ({
        operation: replaceAt(file.path, index, wrong, right),
        fact: lineFact(file, lineAt(file.text, index)),
      }),
    ),
  );

const report = (
  service: string,
  line: Line,
  wrong: string,
  right: string,
  where: Fact,
  places: readonly Place[],
): Finding =>
  finding(
    { class: 'misspelt_name', service, confidence: 0.85 },
    `${service} uses ${wrong}, and the name is ${right}`,
    [line.fact, where, places[0]!.fact],
    { kind: 'change', operations: places.map(({ operation }) => operation) },
  );
