import type { LogFact } from '../../../domain/incidents/facts.ts';
import { busiest } from '../../../domain/incidents/busiest.ts';
import { lineTest } from '../../../domain/incidents/pattern.ts';
import type { AntSettings } from '../../../domain/incidents/settings.ts';
import type { Engine } from '../../engine/engine.ts';

/** As many lines as about 1 MiB has. */
const mostLines = 8000;
const mostBytes = 1_048_576;
/** Of one rule. */
const mostKept = 100_000;

interface LogSources {
  engine: Pick<Engine, 'logTail'>;
  rules: () => AntSettings['logs'];
  /** The running container of a service; null if it has none. */
  containerOf: (service: string) => string | null;
  clock: () => number;
}

/**
 * Counts the lines that match the rules of the stack within the time of each rule, by the times of the lines. It continues after
 * the last line that it read; a container that it has not read before is read from now on. A look that fails counts nothing,
 * so the next one reads the same lines.
 */
export function createLogReader(sources: LogSources): () => Promise<LogFact[]> {
  const { engine, rules, containerOf, clock } = sources;
  let cursors = new Map<string, string>();
  /** When lines matched, by rule and service; epoch ms. */
  let matched = new Map<string, number[]>();
  return async () => {
    const now = clock();
    const after = new Map<string, string>();
    const still = new Map<string, number[]>();
    const facts: LogFact[] = [];
    for (const [service, own] of Map.groupBy(rules(), (rule) => rule.service)) {
      const id = containerOf(service);
      if (id === null) continue;
      const cursor = cursors.get(id) ?? new Date(now).toISOString();
      cursors.set(id, cursor);
      const since = Math.floor(Date.parse(cursor) / 1000);
      const text = await engine.logTail(id, { lines: mostLines, since });
      const { lines, last } = linesAfter(text.slice(-mostBytes), cursor);
      after.set(id, last);
      for (const { name, contains, least, within_ms, severity } of own) {
        const key = JSON.stringify([name, service]);
        const matches = lineTest(contains);
        const fresh = lines.filter(({ text: line }) => matches(line)).map(({ at }) => at);
        const kept = matched.get(key) ?? [];
        const most = busiest(kept, fresh, { within_ms, now });
        facts.push({ rule: name, service, matches: most, within_ms, least, severity });
        const recent = [...kept, ...fresh].filter((at) => at > now - within_ms);
        still.set(key, recent.slice(-mostKept));
      }
    }
    cursors = after;
    matched = still;
    return facts;
  };
}

interface LogLine {
  text: string;
  /** Epoch ms. */
  at: number;
}

/** The lines that are newer than a cursor, and the time of the last one. */
export function linesAfter(text: string, cursor: string): { lines: LogLine[]; last: string } {
  const lines: LogLine[] = [];
  let last = cursor;
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    const time = line.slice(0, space);
    // times of one form sort as text, down to the nanosecond
    if (!/^\d{4}-/.test(time) || time <= last) continue;
    lines.push({ text: line.slice(space + 1), at: Date.parse(time) });
    last = time;
  }
  return { lines, last };
}
