import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createTraceFields } from '../../../workers/madre/trace-fields.ts';

test('a line about something whose trace is known names it, and every other line stays as it is', () => {
  const lines: Record<string, unknown>[] = [];
  const fields = createTraceFields();
  const log = pino(
    { base: null, timestamp: false, formatters: { log: fields.line } },
    { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  log.info({ window_id: 'window-1' }, 'before');
  fields.follow((id) => ({ 'window-1': 'a'.repeat(32), c: 'b'.repeat(32) })[id] ?? null);
  log.info({ window_id: 'window-1', correlation_id: 'c' }, 'window');
  log.info({ window_id: 'window-2', correlation_id: 'c' }, 'correlation');
  log.info({ window_id: 'window-2' }, 'unknown');
  log.info({ trace_id: 'mine', window_id: 'window-1' }, 'own');
  log.info('plain');
  expect(lines.map(({ trace_id }) => trace_id)).toEqual([
    undefined,
    'a'.repeat(32),
    'b'.repeat(32),
    undefined,
    'mine',
    undefined,
  ]);
});
