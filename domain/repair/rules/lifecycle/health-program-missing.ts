import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Rule } from '../../finding.ts';
import { lineAt, lineFact, setIn, sourceFor } from '../../reading/changes.ts';
import { partsOf, type Part } from '../../reading/command.ts';
import { change, finding } from '../../reading/findings.ts';
import { engineLines, findLine } from '../../reading/lines.ts';
import { filesOf } from '../../reading/listeners.ts';
import { baseName } from '../../reading/scripts.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** How shells and container runtimes say that a program is not there; the program is a group. */
const absent =
  /exec:? "([^"]+)":? (?:executable file not found|stat [^:]+: no such file)|(?:^|[/\s])(?:ba|da|a|z)?sh: (?:line )?(?:\d+: )?([\w./-]+): (?:command )?not found|^([\w./-]+): (?:command )?not found|stat ([\w./-]+): no such file|executable file `?([\w./-]+)`? not found/im;

/** 3: the program of a health check is not in the image. The same URL is asked with one that is. */
export const healthProgramMissing: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => missingProgram(stack, service));
};

function missingProgram(stack: Stack, service: CapturedService): Finding[] {
  const log = service.container?.health_log ?? [];
  if (log.length === 0 || log.at(-1)!.exit_code === 0) return [];
  const written = partsOf(stack, service.name, 'healthcheck', 'test');
  const parts = written.length > 0 ? written : ofImage(stack, service.name);
  const line = findLine(
    engineLines(service).filter(({ text }) => text !== service.container?.error),
    absent,
  );
  const program = line?.match.slice(1).find((group) => group !== undefined);
  if (line === null || program === undefined || parts.length === 0) return [];
  const name = baseName(program);
  const isShell = /^(?:ba|da|a|z)?sh$/.test(name);
  const mentions = parts.some(({ text }) =>
    new RegExp(`(?<![\\w.-])${RegExp.escape(name)}(?![\\w-])`).test(text),
  );
  if (!isShell && (!mentions || (service.programs.includes(name) && !program.includes('/'))))
    return [];
  const of = { class: 'health_program_missing' as const, service: service.name };
  const cause = `the health check of ${service.name} needs ${name}, which its image does not have`;
  const facts = [line.fact, ...parts.map(({ fact }) => fact).slice(0, 1)];
  const todo = `Write the health check of ${service.name} for a program of its image; it has to be able to fail.`;
  const tests = rewritten(service, parts, { name, isShell });
  if (tests.length === 0)
    return [finding({ ...of, confidence: 0.85 }, cause, facts, { kind: 'advice', todo })];
  const path = ['services', service.name, 'healthcheck', 'test'];
  const single = { ...stack, sources: [parts[0]!.source] };
  return tests.map((test, at) =>
    finding(
      { ...of, confidence: 0.95 - at / 10 },
      cause,
      facts,
      change([write(single, parts, path, test)], todo),
    ),
  );
}

/** Changes as little of the test as possible: its text where it has one, else the list. */
function write(
  stack: Stack,
  parts: Part[],
  path: string[],
  test: string | string[],
): ReturnType<typeof setIn> {
  const last = parts.at(-1)!;
  return typeof test === 'string' ? setIn(stack, last.path, test) : setIn(stack, path, test);
}

/** The health check that the image is built with, to be overridden in the compose file. */
function ofImage(stack: Stack, service: string): Part[] {
  const source = sourceFor(stack, ['services', service]);
  const found = filesOf(stack, service)
    .filter(({ path }) => /(?:^|\/)Dockerfile[\w.-]*$/.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^HEALTHCHECK\s(?:.*\\\r?\n)*.*?CMD\s+(.+?)\s*$/gim)].map((match) => ({
        command: match[1]!,
        fact: lineFact({ path, text }, lineAt(text, match.index)),
      })),
    );
  if (source === null || found.length !== 1) return [];
  const [{ command, fact }] = found as [(typeof found)[number]];
  const quoted = [...command.matchAll(/"([^"]*)"/g)].map(([, word]) => word!);
  const words = command.startsWith('[') ? ['CMD', ...quoted] : [command];
  return words.map((text) => ({
    text,
    source,
    path: ['services', service, 'healthcheck', 'test'],
    fact,
  }));
}

const clients = ['wget', 'curl', 'python3', 'python', 'node'];

/** The test with other programs, the surest first: a new text of its shell command, or a new list. */
function rewritten(
  service: CapturedService,
  parts: Part[],
  { name, isShell }: { name: string; isShell: boolean },
): (string | string[])[] {
  const inShell = parts.length === 1 || parts[0]!.text === 'CMD-SHELL';
  const text = inShell ? parts.at(-1)!.text : '';
  const argv = inShell ? [] : parts.slice(1).map((part) => part.text);
  const request = readRequest(
    inShell
      ? (asked(text, name, isShell) ?? '')
      : argv.map((one) => (/\s/.test(one) ? '' : one)).join(' '),
  );
  if (request === null) return [];
  const others = clients.filter((client) => client !== name && service.programs.includes(client));
  const urls = [
    request.url,
    ...(/\/\/localhost[:/]/.test(request.url)
      ? [request.url.replace('localhost', '127.0.0.1')]
      : []),
  ];
  return others.slice(0, 2).flatMap((client) =>
    urls.flatMap((url): (string | string[])[] => {
      const call = callOf(client, url, request);
      if (call === null) return [];
      if (!inShell || isShell)
        return /\||&&|;/.test(text.replace(/\|\| *(?:exit|false)\b.*/, ''))
          ? []
          : [['CMD', ...call]];
      const shown = call.map((one) => (/[^\w./:=@%+-]/.test(one) ? `"${one}"` : one)).join(' ');
      return [text.replace(asked(text, name, false)!, () => shown)];
    }),
  );
}

/** The simple command of a shell text that calls the program. */
function asked(text: string, name: string, isShell: boolean): string | null {
  const commands = text
    .split(/\|\||&&|[|;]/)
    .map((one) => one.replace(/[12]?>&?\s*\S+/g, '').trim());
  const found = isShell
    ? commands.find((one) => /https?:\/\//.test(one))
    : commands.find((one) => baseName(one.split(/\s/)[0]!) === name);
  return found ?? null;
}

interface Request {
  url: string;
  headers: string[];
  seconds: number;
}

/** What curl or wget was to ask; null for anything but a plain GET, which other programs can send too. */
function readRequest(command: string): Request | null {
  const words = (command.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((one) =>
    one.replace(/^["']|["']$/g, ''),
  );
  const url = words.find(
    (one) => /^(?:https?:\/\/|localhost|127\.0\.0\.1)\S+$/.test(one) && !/['"$`\\]/.test(one),
  );
  const isOther = words.some((one) =>
    /^(?:-X|--request|-d|--data\S*|--post\S*|-u|--user|--unix-socket|-T|-F|-H|--header\S*|-k|--insecure|--no-check-certificate|--cacert|--cert)/.test(
      one,
    ),
  );
  if (url === undefined || isOther) return null;
  const limit = /(?:--max-time|-m|--timeout|-T)[= ](\d+)/.exec(command)?.[1];
  return {
    url: url.includes('://') ? url : `http://${url}`,
    headers: [],
    seconds: Number(limit ?? 5),
  };
}

/** A call that fails at a status of 400 and more, and at no answer. */
function callOf(client: string, url: string, { seconds }: Request): string[] | null {
  if (client === 'wget') return ['wget', '-q', '-O', '/dev/null', url];
  if (client === 'curl') return ['curl', '-fsS', '-o', '/dev/null', url];
  if (client === 'node')
    return [
      'node',
      '-e',
      `fetch('${url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))`,
    ];
  return [
    client,
    '-c',
    `import urllib.request; urllib.request.urlopen('${url}', timeout=${seconds})`,
  ];
}
