import type { Capture } from '../capture.ts';
import type { CapturedService } from '../captured-service.ts';
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
