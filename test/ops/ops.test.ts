import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { opsFolder, promtool, runPromtool, runPromtoolOn } from './promtool.ts';
import { scrape } from './scrape.ts';

interface Panel {
  title: string;
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
}
interface Board {
  id?: number;
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; type: string }[] };
}

const read = (name: string): string => readFileSync(join(opsFolder, name), 'utf8');
const rules = read('vx11.rules.yml');
const board = JSON.parse(read('grafana/vx11.json')) as Board;
const expressions = board.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

let kept: Promise<string> | null = null;
const scraped = (): Promise<string> => (kept ??= scrape());

/** The names that a scrape has series, or families, of. */
const exported = async (): Promise<Set<string>> =>
  new Set(
    [...(await scraped()).matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
    ),
  );
const namesIn = (words: string): string[] => [...new Set(words.match(/\bvx11_\w+/g))];

describe('what ops/ names', () => {
  test('a scrape has the metrics of all three processes', async () => {
    const names = await exported();
    expect(names).toContain('vx11_gateway_live_windows');
    expect(names).toContain('vx11_settle_rounds_total');
    expect(names).toContain('vx11_spawn_queued_seconds_bucket');
  });

  test('is exported: every metric of a rule', async () => {
    const names = await exported();
    const alerts = [...rules.matchAll(/^ +expr: (.*)$/gm)].map(([, expr]) => expr!);
    expect(alerts.length).toBe(rules.match(/- alert:/g)!.length);
    expect(namesIn(alerts.join('\n')).filter((name) => !names.has(name))).toEqual([]);
  });

  test('is exported: every metric of the board', async () => {
    const names = await exported();
    expect(expressions.length).toBeGreaterThan(30);
    expect(namesIn(expressions.join('\n')).filter((name) => !names.has(name))).toEqual([]);
  });

  test('the board takes its data from the source that its reader chooses', () => {
    expect(board.uid).toBe('vx11');
    expect(board.id).toBeUndefined();
    expect(board.templating.list).toMatchObject([{ name: 'datasource', type: 'datasource' }]);
    const sources = board.panels.flatMap(({ datasource, targets = [] }) => [
      ...(datasource ? [datasource.uid] : []),
      ...targets.map((target) => target.datasource.uid),
    ]);
    expect(new Set(sources)).toEqual(new Set([`$\{datasource}`]));
  });

  test('every rule says what is wrong, and the docs say what to do about it', () => {
    const docs = readFileSync(join(opsFolder, '../docs/observability.md'), 'utf8');
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
    expect(alerts.filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
    expect(rules.match(/summary: /g)).toHaveLength(alerts.length);
    expect(rules.match(/description: /g)).toHaveLength(alerts.length);
  });
});

describe.skipIf(promtool === '')('promtool', () => {
  test('finds no fault in the rules', () => {
    expect(runPromtool(['check', 'rules', 'vx11.rules.yml'])).toContain('SUCCESS');
  });

  test('gets the alerts that the tests of the rules expect', () => {
    expect(runPromtool(['test', 'rules', 'vx11.rules.test.yml'])).toContain('SUCCESS');
  });

  test('parses every expression of the board', () => {
    const record = expressions.map((expr, nth) => ({
      record: `board:${nth}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    // JSON is YAML
    const file = JSON.stringify({ groups: [{ name: 'board', rules: record }] });
    const answer = runPromtoolOn(['check', 'rules', '--lint=none'], file);
    expect(answer).toContain(`${record.length} rules found`);
  });

  test('finds no fault in the names and help texts of a scrape', async () => {
    const text = await scraped();
    expect(text.length).toBeGreaterThan(5000);
    expect(runPromtool(['check', 'metrics'], text)).toBe('');
  });
});
