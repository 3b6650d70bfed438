import { replaceAt, type Operation } from '../../../patches/edit.ts';
import { locate } from '../../../patches/yaml-document.ts';
import { setValue } from '../../../patches/yaml-ranges.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { asOperation, composeFact, lineAt, lineFact } from '../../reading/changes.ts';
import { partsOf, type Part } from '../../reading/command.ts';
import { finding } from '../../reading/findings.ts';
import { baseName } from '../../reading/scripts.ts';
import { definitionOf, readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** What only a shell can do; a command without it needs none. */
const needsShell = /[|&;<>()$`*?[\]#~{}\n]|^\s*(?:cd|export|source|\.|set|if|for|while|exec)\s/;

/** 28: a shell between the Engine and a program keeps the signal that ends it, so that each stop is forced. */
export const signalNotPassed: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const fact = forced(stack, service);
    return fact === null
      ? []
      : [...inCompose(stack, service, fact), ...inScript(stack, service, fact)].slice(0, 1);
  });
};

/** What shows that a stop was forced: the exit code of SIGKILL without a lack of memory, or a check that says so. */
function forced({ capture }: Stack, service: CapturedService): Fact | null {
  const { exit_code, out_of_memory, error } = service.container ?? {};
  const shown = capture.red.find(
    (check) =>
      check.service === service.name &&
      /forced|SIGKILL|did not (?:stop|end) in time|grace period/i.test(
        `${check.cause} ${check.detail} ${check.evidence}`,
      ),
  );
  if (shown !== undefined)
    return {
      text: shown.detail ?? shown.cause ?? shown.name,
      source: { kind: 'check', check: shown.name },
    };
  const killed = exit_code === 137 && out_of_memory === false && error === '';
  return killed
    ? {
        text: 'exit code 137, and not for lack of memory',
        source: { kind: 'engine', service: service.name },
      }
    : null;
}

const report = (service: string, facts: readonly Fact[], operation: Operation): Finding =>
  finding(
    { class: 'signal_not_passed', service, confidence: 0.6 },
    `the shell that starts ${service} does not pass on the signal to stop`,
    facts,
    { kind: 'change', operations: [operation] },
  );

/** `sh -c 'program'`: the program itself, or `exec` before the last command of the line. */
function inCompose(stack: Stack, service: CapturedService, fact: Fact): Finding[] {
  for (const key of ['entrypoint', 'command']) {
    const parts = partsOf(stack, service.name, key);
    const { source } = parts[0] ?? {};
    const list = parts.length > 1 && source !== undefined;
    const [shell, flag, line, ...rest] = parts;
    if (
      !list ||
      rest.length > 0 ||
      line === undefined ||
      !/^(?:\/bin\/)?(?:ba|da|a)?sh$/.test(shell!.text) ||
      !/^-\w*c$/.test(flag!.text)
    )
      continue;
    const path = ['services', service.name, key];
    const simple = !needsShell.test(line.text) && !/['"\\=]/.test(line.text);
    const last = lastOf(line.text);
    const edit = simple
      ? setValue(source, path, line.text.trim().split(/\s+/))
      : last === null
        ? null
        : setValue(source, line.path, last.before + execed(last.command));
    const inLine = last === null ? null : inBlock(line, last.command);
    const operation = inLine ?? asOperation(edit);
    if (operation !== null)
      return [report(service.name, [fact, ...composeFact(stack, path)], operation)];
  }
  return [];
}

const execed = (command: string): string => `exec ${command}`;

/** In a block (`|`) the lines of a text stand in the file as they are, and one of them changes. */
function inBlock({ source, path }: Part, command: string): Operation | null {
  const [start, end] = locate(source, path)?.node?.range ?? [0, 0];
  if (source.text[start] !== '|') return null;
  const at = source.text.lastIndexOf(command, end);
  return at < start ? null : replaceAt(source.path, at, '', execed(''));
}

/** The last command of a line, and what is before it; null if that is `exec`, or more than a command follows. */
function lastOf(line: string): { before: string; command: string } | null {
  const head = /^(?<before>.*(?:&&|[;\n])\s*)?(?<last>[^;&|\n]+)$/s.exec(line.trimEnd())?.groups;
  if (
    head === undefined ||
    /^\s*(?:exec|if|for|while|fi|done|esac|wait|case)\b|^\s*\w+=\S*\s*$/.test(head['last']!)
  )
    return null;
  if (/\bwhile\b|\bfor\b|\bif\b|\btrap\b|\\\n|<</.test(line)) return null;
  return { before: head['before'] ?? '', command: head['last']!.trimStart() };
}

/** A script whose last line is the program. */
function inScript(stack: Stack, service: CapturedService, fact: Fact): Finding[] {
  const { entrypoint, command } = definitionOf(stack, service.name);
  const image = service.image_config;
  const run = JSON.stringify([entrypoint ?? image?.entrypoint, command ?? image?.command]);
  const scripts = stack.capture.files.filter(
    ({ path, text }) =>
      text !== null &&
      /^#!.*\b(?:ba|da|a)?sh\b|^\s*set -e/.test(text) &&
      run.includes(baseName(path)),
  );
  if (scripts.length !== 1) return [];
  const { path, text } = scripts[0] as { path: string; text: string };
  const lines = text.split('\n');
  const at = lines.findLastIndex((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const line = lines[at] ?? '';
  // what is indented, waits, or goes on in the next line is part of something larger
  const plain =
    /^[\w./"$-][^|;&]*$/.test(line.replace(/\r$/, '')) && !/\\\r?$/.test(lines[at - 1] ?? '');
  if (
    !plain ||
    /^(?:exec|fi|done|esac|wait|exit|return|echo|trap|\w+=)/.test(line) ||
    /\btrap\b/.test(text)
  )
    return [];
  const start = lines.slice(0, at).join('\n').length + (at === 0 ? 0 : 1);
  return [
    report(
      service.name,
      [fact, lineFact({ path, text }, lineAt(text, start))],
      replaceAt(path, start, '', execed('')),
    ),
  ];
}
