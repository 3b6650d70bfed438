import type { Capture, CapturedService } from '../capture.ts';
import type { Fact } from '../finding.ts';

/** A line of a service's log, of its health checks or of the Engine about it. */
export interface Line {
  text: string;
  fact: Fact;
}

// oxlint-disable-next-line no-control-regex
const escapes = /\u001b\[[\d;]*[A-Za-z]/g;

/** What is read of a line, in characters: patterns take longer than in proportion. */
const longest = 2000;

/** The log of a service, the newest line first. */
export const logLines = ({ name, logs }: CapturedService): Line[] =>
  logs
    .map((line) => ({
      text: line.replace(escapes, '').slice(0, longest),
      fact: { text: line, source: { kind: 'log' as const, service: name, line } },
    }))
    .toReversed();

/** What the Engine says: why a container was not started, and what its health checks printed. */
export const engineLines = ({ name, container }: CapturedService): Line[] =>
  [container?.error ?? '', ...healthOutputs(container).toReversed()]
    .filter((text) => text !== '')
    .map((text) => ({
      text: text.slice(0, longest),
      fact: { text, source: { kind: 'engine' as const, service: name } },
    }));

const healthOutputs = (container: CapturedService['container']): string[] =>
  container?.health_log.map(({ output }) => output) ?? [];

/** What the run said of checks: also why their service could not be started. @param service by default of all */
export const checkLines = ({ red }: Capture, service?: string): Line[] =>
  red
    .filter((check) => service === undefined || check.service === service)
    .flatMap(({ name, detail, evidence }) =>
      [detail, evidence]
        .filter((text) => text !== null)
        .map((text) => ({ text, fact: { text, source: { kind: 'check' as const, check: name } } })),
    );

export const allLines = (service: CapturedService): Line[] => [
  ...engineLines(service),
  ...logLines(service),
];

/** The newest line that matches, with its match. */
export function findLine(
  lines: readonly Line[],
  pattern: RegExp,
): (Line & { match: RegExpExecArray }) | null {
  for (const line of lines) {
    const match = pattern.exec(line.text);
    if (match !== null) return { ...line, match };
  }
  return null;
}

/** Absolute paths in a line, without those of URLs. */
export const pathsIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w:/.~$}-])\/(?:[\w.@%+=-]+\/)*[\w.@%+=-]*[\w@%+=-]/g)].map(
    ([path]) => path,
  );

/** How many runtimes word an error of the operating system. */
export const noSuchFile =
  /no such file|ENOENT|FileNotFound|NoSuchFile|cannot find|can't (?:open|find|access)|could not (?:open|read|find|access)|(?:file|path|directory|config\w*) (?:was |is )?not found|does not exist/i;
export const refused =
  /refused|ECONNREFUSED|Can't connect to MySQL|couldn't connect|failed to connect/i;

/** A refusal that names neither host nor port, as of a plain socket in Python. */
export const isAnonymousRefusal = (text: string): boolean =>
  /Connection refused|ECONNREFUSED/i.test(text) &&
  !/\d+\.\d+\.\d+\.\d+|(?:port|:)\W{0,3}\d{2,5}|localhost/i.test(text);
/** A name that cannot be resolved, in a line that does not say which. */
export const isAnonymousUnknownHost = (text: string): boolean =>
  /(?:gaierror|urlopen error|SocketError|getaddrinfo)\b[^'"]*(?:Name or service not known|Temporary failure in name resolution|Name does not resolve|No address associated)/i.test(
    text,
  ) && !/(?:to|host)[= ]['"]?[\w.-]+(?::\d+|['"])/i.test(text);
