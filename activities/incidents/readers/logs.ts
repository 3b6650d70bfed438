import type { LogFact } from '../../../domain/incidents/facts.ts';
import { lineTest } from '../../../domain/incidents/pattern.ts';
import type { AntSettings } from '../../../domain/incidents/settings.ts';
import type { Engine } from '../../engine/engine.ts';

/** As many lines as about 1 MiB has. */
const mostLines = 8000;
const mostBytes = 1_048_576;

interface LogSources {
  engine: Pick<Engine, 'logTail'>;
  rules: () => AntSettings['logs'];
  /** The running container of a service; null if it has none. */
  containerOf: (service: string) => string | null;
  clock: () => number;
}

/**
 * Counts the new lines that match the rules of the stack. It continues after the last line that it read, by its time; a
 * container that it has not read before is read from now on. A look that fails counts nothing, so the next one reads the
 * same lines.
 */
export function createLogReader(sources: LogSources): () => Promise<LogFact[]> {
  const { engine, rules, containerOf, clock } = sources;
  let cursors = new Map<string, string>();
  return async () => {
    const after = new Map<string, string>();
    const facts: LogFact[] = [];
    for (const [service, own] of Map.groupBy(rules(), (rule) => rule.service)) {
      const id = containerOf(service);
      if (id === null) continue;
      const cursor = cursors.get(id) ?? new Date(clock()).toISOString();
      cursors.set(id, cursor);
      const since = Math.floor(Date.parse(cursor) / 1000);
      const text = await engine.logTail(id, { lines: mostLines, since });
      const { lines, last } = linesAfter(text.slice(-mostBytes), cursor);
      after.set(id, last);
      for (const { name, contains, least, severity } of own) {
        const matches = lines.filter(lineTest(contains)).length;
        facts.push({ rule: name, service, matches, least, severity });
      }
    }
    cursors = after;
    return facts;
  };
}

/** The lines that are newer than a cursor, without their times, and the time of the last one. */
export function linesAfter(text: string, cursor: string): { lines: string[]; last: string } {
  const lines: string[] = [];
  let last = cursor;
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    const time = line.slice(0, space);
    // times of one form sort as text, down to the nanosecond
    if (!/^\d{4}-/.test(time) || time <= last) continue;
    lines.push(line.slice(space + 1));
    last = time;
  }
  return { lines, last };
}
