import { replaceAt, type Operation } from '../../../patches/edit.ts';
import { locate } from '../../../patches/yaml-document.ts';
import type { CapturedFile } from '../../capture.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { isMasked } from '../../mask.ts';
import { lineFact, setIn, sourceFor } from '../../reading/changes.ts';
import {
  assignmentsOf,
  isEnvFile,
  isExample,
  isPlaceholder,
  type Assignment,
} from '../../reading/env-file.ts';
import { setVariable, variablesOf, type Variable } from '../../reading/environment.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { change, finding } from '../../reading/findings.ts';
import { allLines, type Line } from '../../reading/lines.ts';
import { programFiles } from '../../reading/listeners.ts';
import { readStack, serviceNames, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const variable = '[\'"`‘“]?([A-Za-z_][A-Za-z0-9_]*)[\'"`’”]?';
/** How programs of many languages say that a variable is missing. */
const missing = [
  `KeyError: ${variable}`,
  `key not found: ${variable} \\(KeyError\\)`,
  `(?:environment|env)(?:ironment)? ?(?:variable|var)s?:? ${variable} (?:is |was |has |must )?(?:not |n't )?(?:been )?(?:be )?(?:set|defined|found|provided|missing|required|empty|undefined|exist)`,
  `missing (?:required )?(?:the )?(?:environment|env|config\\w*)(?:ironment)? ?(?:variable|var|key|setting)?(?:s|\\(s\\))?:? ${variable}`,
  `(?:required|mandatory) (?:environment |env )?(?:variable|var|key|setting)s? ${variable} (?:is )?(?:not set|missing|undefined|unset|was not)`,
  `(?:^|[\\s:\\]])${variable}:? (?:environment variable |env var |variable )?(?:is |was |must be |needs to be |has to be )?(?:not set|not defined|missing|required|undefined|unset|set\\b|defined in)`,
  `Set the ${variable} environment variable`,
  `${variable} not found\\. Declare it as envvar`,
  `Could not resolve placeholder ${variable}`,
  `(?:line \\d+: |: |^)${variable}: (?:unbound variable|parameter (?:null or )?not set|parameter not set or null)`,
  `You must (?:specify|set|define|provide) (?:the )?(?:environment variable )?${variable}`,
  `(?:please|must|need to|have to|has to|should) (?:set|define|provide|specify|export) (?:the )?(?:environment variable |env var )?${variable}`,
  `(?:^|Error: |[\\s\\]:])(?:missing|no|undefined|unset):? ${variable}(?: |$)`,
  `expected (?:env(?:ironment)? (?:variable |var ))?${variable} to be`,
  `${variable} (?:not found |missing )?(?:from|in) (?:the )?(?:process )?env`,
  `${variable}:? (?:must be|is) (?:set|specified|provided|configured|required)`,
  `NoSuchKey\\w*: ${variable}`,
].map((text) => new RegExp(text, 'gi'));
const isName = (text: string): boolean =>
  /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^[A-Z][A-Z0-9]{3,}$/.test(text) &&
  !/^(?:ERROR|FATAL|WARN|WARNING|INFO|PANIC|FAILED|JSON|HTTP|NULL|TRUE|FALSE|VALUE|VARIABLE)$/.test(
    text,
  );

/** A log that names more is about something else. */
const mostNames = 5;

/** 2: a program, or Compose, misses a variable. Its value is taken from an env file of the folder, and never made up. */
export const envMissing: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => {
    const set = variablesOf(stack, service.name);
    const isSet = (name: string): boolean => {
      const raw = set.find((one) => one.key === name)?.raw;
      return (
        raw !== undefined &&
        raw !== null &&
        raw !== '' &&
        !new RegExp(`^\\$\\{?${name}\\}?$|^\\$\\{\\w+\\}$`).test(raw)
      );
    };
    return [...missedBy(stack, service)]
      .filter(([name]) => !isSet(name))
      .slice(0, mostNames)
      .map(([name, fact]) => missingVariable(stack, service.name, name, fact));
  });
};

/** The variables that a service or Compose misses, each with the line that says so. */
function missedBy(stack: Stack, service: CapturedService): Map<string, Fact> {
  const found = new Map<string, Fact>();
  const lines =
    service.container?.state === 'running' &&
    service.container.restarts === 0 &&
    service.container.health === 'healthy'
      ? []
      : allLines(service);
  const note = (name: string | undefined, { fact }: Line): void => {
    if (name !== undefined && isName(name.toUpperCase()) && !found.has(name)) found.set(name, fact);
  };
  for (const [at, line] of lines.entries()) {
    for (const words of missing) {
      const names = [...line.text.matchAll(words)].map(([, name]) => name!);
      note(names.find(isName), line);
    }
    // pydantic writes the field, in lower case, on a line of its own; the newest line comes first here
    const field = lines[at + 1];
    if (/Field required|field required/.test(line.text) && /^\w+$/.test(field?.text ?? ''))
      note(field!.text.toUpperCase(), line);
  }
  const raws = variablesOf(stack, service.name);
  for (const text of [...stack.capture.compose.warnings, stack.capture.compose.error ?? '']) {
    const name = /The \\?"(\w+)\\?" variable is not set|required variable (\w+) is missing/
      .exec(text)
      ?.slice(1)
      .find((one) => one !== undefined);
    // a word inside a longer value may be no variable at all
    const isWhole = raws.some(
      ({ raw }) => raw !== null && new RegExp(`\\$\\{${name}[}:?]|^\\$${name}$`).test(raw),
    );
    if (name !== undefined && isWhole) found.set(name, { text, source: { kind: 'compose' } });
  }
  return found;
}

interface Known {
  file: CapturedFile & { text: string };
  assignment: Assignment;
}

function missingVariable(stack: Stack, service: string, name: string, said: Fact): Finding {
  const of = { class: 'env_missing' as const, service };
  const cause = `${service} needs ${name}, which is not set`;
  const typo = misspelt(stack, service, name);
  if (typo !== null) {
    const operations = [typo.rename(name)];
    const why = `${service} needs ${name}, and ${typo.key} is set`;
    return finding(
      { ...of, confidence: 0.92 },
      why,
      [said, typo.fact],
      change(operations, `${name} of ${service}`),
    );
  }
  const known = stack.capture.files
    .filter((file): file is Known['file'] => isEnvFile(file) && file.text !== null)
    .flatMap((file) =>
      assignmentsOf(file.text)
        .filter((one) => one.key === name)
        .map((assignment) => ({ file, assignment })),
    );
  // what the secrets of a real file are is not shown here, and need not be known
  const real = known.filter(({ file, assignment: { value } }) =>
    isMasked(value)
      ? !isExample(file)
      : !isPlaceholder(value, isExample(file)) && !(isExample(file) && isSecret(name)),
  );
  const chosen = real.find(({ file }) => !isExample(file)) ?? real[0];
  const where = (one: Known): Fact => lineFact(one.file, one.assignment.line);
  const facts = [said, ...(chosen === undefined ? known : [chosen]).map(where)];
  const sibling = chosen === undefined ? siblingOf(stack, service, name) : null;
  if (sibling !== null) {
    const guesses = [`${service} needs the same value of ${name} as ${sibling.by}`];
    const operation = setVariable(stack, service, [name, sibling.raw]);
    const fix = change([operation], `${name} of ${service}`);
    return finding({ ...of, confidence: 0.7, guesses }, cause, [said, sibling.fact], fix);
  }
  const operations = chosen === undefined ? [] : supply(stack, service, name, chosen);
  return finding(
    { ...of, confidence: 0.9 },
    cause,
    facts,
    change(operations, `${name} of ${service}`),
  );
}

/** A variable of the service that is nearly called so, and that no program or example knows. */
function misspelt(stack: Stack, service: string, name: string): Variable | null {
  const texts = [
    ...programFiles(stack).map(({ text }) => text),
    ...stack.capture.files
      .filter((file) => isEnvFile(file) && isExample(file))
      .map(({ text }) => text ?? ''),
  ];
  const unknown = variablesOf(stack, service).filter(
    ({ key, raw }) =>
      raw !== null && raw !== '' && key.length > 4 && !texts.some((text) => text.includes(key)),
  );
  const near = nearest(
    name,
    unknown.map(({ key }) => key.toUpperCase()),
  );
  return unknown.find(({ key }) => key.toUpperCase() === near) ?? null;
}

/** The value that other services of the stack agree on, unless it is one of those that each has for itself. */
function siblingOf(
  stack: Stack,
  service: string,
  name: string,
): { by: string; raw: string; fact: Fact } | null {
  const isOwn = /(?:^|_)(?:PORT|HOST|HOSTNAME|NAME|USER|ROLE|BIND|ADDR|ID)$/.test(name);
  const isNamed = variablesOf(stack, service).some(({ key }) => key === name);
  if (isOwn || isNamed) return null;
  const set = serviceNames(stack).flatMap((by) =>
    variablesOf(stack, by).flatMap(({ key, raw, fact }) =>
      key === name && raw !== null && !isPlaceholder(raw, false) ? [{ by, raw, fact }] : [],
    ),
  );
  return new Set(set.map(({ raw }) => raw)).size === 1 ? set[0]! : null;
}

const isSecret = (name: string): boolean =>
  /PASS|SECRET|TOKEN|(?:^|_)KEY|CREDENTIAL|PRIVATE/.test(name);

/** How a value of an env file reaches the service. */
function supply(
  stack: Stack,
  service: string,
  name: string,
  { file, assignment }: Known,
): (Operation | null)[] {
  const passed = variablesOf(stack, service).some(
    (one) => one.key === name || one.raw?.includes(`\${${name}`),
  );
  if (file.path === '.env')
    return passed &&
      variablesOf(stack, service).some(
        (one) => one.key === name && one.raw !== null && one.raw !== '',
      )
      ? [null]
      : [setVariable(stack, service, [name, `\${${name}}`])];
  if (passed)
    return isMasked(assignment.value) ? [null] : [inDotEnv(stack, `${name}=${assignment.value}`)];
  if (isExample(file))
    return assignment.value.includes('$')
      ? [null]
      : [setVariable(stack, service, [name, assignment.value])];
  return [addEnvFile(stack, service, file.path)];
}

function addEnvFile(stack: Stack, service: string, file: string): Operation | null {
  const path = ['services', service, 'env_file'];
  const source = sourceFor(stack, path);
  const written = source === null ? undefined : locate(source, path)?.value;
  if (Array.isArray(written)) return setIn(stack, [...path, written.length], file);
  return setIn(stack, path, typeof written === 'string' ? [written, file] : [file]);
}

/** Adds a line to `.env`, which Compose reads. */
function inDotEnv({ capture }: Stack, line: string): Operation {
  const file = capture.files.find(({ path }) => path === '.env');
  if (file === undefined) return { kind: 'create', path: '.env', text: `${line}\n`, mode: 0o600 };
  const text = file.text ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text === '' || text.endsWith('\n') ? '' : eol;
  return replaceAt('.env', text.length, '', before + line + eol);
}
