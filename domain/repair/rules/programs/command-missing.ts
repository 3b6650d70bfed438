import { replaceAt, type Operation } from '../../../patches/edit.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact, replaceWord, wordPattern } from '../../reading/changes.ts';
import { commandParts } from '../../reading/command.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { finding } from '../../reading/findings.ts';
import { allLines, findLine, type Line } from '../../reading/lines.ts';
import { baseName } from '../../reading/scripts.ts';
import { definitionOf, readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** How the Engine and shells say that a program is not there. */
const notFound: readonly RegExp[] = [
  /exec:? "(?<name>[^"]+)":? executable file not found/i,
  /exec: (?<name>[\w./+-]+): not found/,
  /(?:ba|da|a|z)?sh: (?:\d+: |line \d+: )?(?<name>[\w.+-]+): (?:command )?not found/,
  /^[\w./-]+: (?:line )?\d+: (?<name>[\w.+-]+): (?:command )?not found/,
  /(?<name>[\w.+-]+): command not found/,
  /env: (?:can't execute )?['"‘]?(?<name>[\w.+-]+)['"’]?: No such file or directory/,
  /exec:? "?(?<name>\/(?:usr\/)?(?:local\/)?s?bin\/[\w.+-]+)"?: (?:stat [^:]+: )?no such file/,
];

/** The same program under other names. */
const twins: readonly (readonly string[])[] = [
  ['python', 'python3'],
  ['pip', 'pip3'],
  ['node', 'nodejs'],
  ['bash', 'sh', 'ash'],
  ['mysql', 'mariadb'],
  ['mysqladmin', 'mariadb-admin'],
  ['mysqld', 'mariadbd'],
  ['gawk', 'awk', 'mawk'],
  ['vi', 'vim'],
  ['redis-server', 'valkey-server'],
  ['redis-cli', 'valkey-cli'],
];

/** 30: a command is not in the image, which has the same program under another name, or with up to two other letters. */
export const commandMissing: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const line = notFound
      .map((words) => findLine(allLines(service), words))
      .find((one) => one !== null);
    if (line === undefined || line === null || service.programs.length === 0) return [];
    const written = line.match.groups!['name']!;
    const name = baseName(written);
    const byPath = written.startsWith('/');
    if (service.programs.includes(name) && !byPath) return [];
    const word = byPath ? written : name;
    const places = [...inCompose(stack, service, word), ...inScripts(stack, service, word)];
    const of = { class: 'command_missing' as const, service: service.name };
    const cause = `the image of ${service.name} has no program ${written}`;
    const right = service.programs.includes(name) ? name : otherName(name, service);
    return places.length === 0 ? [] : [replaced(of, cause, line, name, right, places)];
  });
};

interface Place {
  fact: Fact;
  replace: (by: string) => Operation | null;
}

function replaced(
  of: { class: 'command_missing'; service: string },
  cause: string,
  line: Line,
  name: string,
  right: string | null,
  places: readonly Place[],
): Finding {
  const facts = [line.fact, ...places.map(({ fact }) => fact)];
  if (right === null)
    return finding({ ...of, confidence: 0.8 }, cause, facts, {
      kind: 'needs_value',
      what: `the program that ${name} stands for, or an image that has it`,
    });
  const operations = places.map(({ replace }) => replace(right)).filter((one) => one !== null);
  return finding({ ...of, confidence: 0.95 }, `${cause}, but ${right}`, facts, {
    kind: 'change',
    operations,
  });
}

/** The name under which the image has the program; null for none, or several. */
function otherName(name: string, { programs }: CapturedService): string | null {
  const group = twins.find((one) => one.includes(name));
  const twin = group?.find((one) => programs.includes(one));
  if (twin !== undefined) return twin === 'sh' || twin === 'ash' ? null : twin;
  const family = /^(?<stem>[a-z]+)\d+(?:\.\d+)*$/.exec(name)?.groups?.['stem'];
  const versions = programs.filter((one) =>
    new RegExp(`^${RegExp.escape(family ?? name)}\\d*$`).test(one),
  );
  if (versions.length > 0)
    return versions.toSorted((a, b) => a.length - b.length).at(family === undefined ? -1 : -1)!;
  return name.length < 4
    ? null
    : nearest(
        name,
        programs.filter((one) => one.length >= 4),
        name.length < 6 ? 1 : 2,
      );
}

/** Where the command of the service names the program: its first word, or a word of a line for a shell. */
function inCompose(stack: Stack, service: CapturedService, name: string): Place[] {
  return commandParts(stack, service.name)
    .filter(({ text }) => wordPattern(name).test(text))
    .slice(0, 1)
    .map(({ source, path, fact }) => ({
      fact,
      replace: (by) => replaceWord(stack, source, path, [name, by]),
    }));
}

/** Where scripts of the stack that the service runs call the program; shebangs are of another rule. */
function inScripts(stack: Stack, service: CapturedService, name: string): Place[] {
  const { entrypoint, command, volumes } = definitionOf(stack, service.name);
  const run = JSON.stringify([entrypoint, command, volumes, service.image_config]);
  const heard = service.logs.join('\n');
  return stack.capture.files.flatMap((file) => {
    const { path, text } = file;
    const base = baseName(path);
    const script = text !== null && (/\.(?:sh|bash)$/.test(path) || /^#!.*sh\b/.test(text));
    if (!script || !(run.includes(base) || heard.includes(base))) return [];
    const calls = new RegExp(
      `(?<=^[ \\t]*(?:exec[ \\t]+|if[ \\t]+|!?[ \\t]*)|(?:&&|\\|\\||;|\\||\\$\\()[ \\t]*(?:exec[ \\t]+)?)${RegExp.escape(name)}(?=[ \\t;\\r\\n]|$)`,
      'gm',
    );
    return [...text.matchAll(calls)].map(({ index }) => ({
      fact: lineFact({ path, text }, lineAt(text, index)),
      replace: (by: string): Operation => replaceAt(path, index, name, by),
    }));
  });
}
