import { describe, expect, test } from 'vitest';
import { applyOperations } from '../../../../../domain/patches/apply-operations.ts';
import { configSyntax } from '../../../../../domain/repair/rules/programs/config-syntax.ts';
import { refusedValue } from '../../../../../domain/repair/rules/compose/refused-value.ts';
import type { Rule } from '../../../../../domain/repair/finding.ts';
import { aCapture } from '../../a-capture.ts';

const valid = 'services:\n  web:\n    image: x\n';

/** The compose file after the change; null if the rule has none. */
function mended(rule: Rule, settings: string, error: string): string | null {
  const text = `${valid}${settings}`;
  const capture = aCapture({
    compose: valid,
    error,
    services: { web: { container: null } },
    red: [{ service: 'web', cause: 'compose_refused', detail: error }],
  });
  const files = capture.files.map((file) => ({ ...file, text }));
  const broken = { ...capture, files, compose: { ...capture.compose, services: null } };
  const [finding] = rule(broken);
  if (finding?.fix.kind !== 'change') return null;
  expect(finding.class).toBe('config_syntax');
  const applied = applyOperations(finding.fix.operations, files);
  return applied.ok ? applied.files[0]!.after.text.slice(valid.length) : null;
}

const of = (place: string, words: string): string =>
  `validating /srv/compose.yaml: services.web.${place} ${words}`;

describe('a value that Compose reads and does not take', () => {
  const cases: [string, string, string, string][] = [
    [
      'a text for a list',
      '    ports: "80:80"\n',
      of('ports', 'must be a array'),
      '    ports: ["80:80"]\n',
    ],
    [
      'a name for a list',
      '    depends_on: db\n',
      of('depends_on', 'must be a array'),
      '    depends_on: [db]\n',
    ],
    [
      'variables beside their key',
      '    environment:\n    A: b\n    C: d\n    expose: [80]\n',
      of('environment', 'must be a mapping'),
      '    environment:\n      A: b\n      C: d\n    expose: [80]\n',
    ],
    [
      'assignments of two kinds in one list',
      '    environment:\n      - A: b\n      - C=d\n      - E: f\n',
      'services.web.environment.[0]: unexpected type map[string]interface {}',
      '    environment:\n      - A=b\n      - C=d\n      - E=f\n',
    ],
    [
      'a map of ports',
      '    ports:\n      8080: 80\n',
      'non-string key in services.web.ports: 8080',
      '    ports:\n      - "8080:80"\n',
    ],
    [
      'a word with a typo',
      '    depends_on: { db: { condition: service_helthy } }\n',
      of('depends_on.db.condition', "value must be one of 'service_started', 'service_healthy'"),
      '    depends_on: { db: { condition: service_healthy } }\n',
    ],
    [
      'a unit in words',
      '    healthcheck: { test: a, interval: 5sec }\n',
      `'services[web].healthcheck.interval' time: unknown unit "sec" in duration "5sec"`,
      '    healthcheck: { test: a, interval: 5s }\n',
    ],
  ];
  test.each(cases)('%s', (_, settings, error, expected) => {
    expect(mended(refusedValue, settings, error)).toBe(expected);
  });

  test.each([
    ['a map for a list', '    expose: { a: b }\n', of('expose', 'must be a array')],
    ['an empty map', '    environment: 7\n', of('environment', 'must be a mapping')],
    [
      'a unit that nobody knows',
      '    stop_grace_period: 5x\n',
      "'services[web].stop_grace_period' time: unknown unit",
    ],
    ['nothing of it in the file', '', of('ports', 'must be a array')],
  ])('%s is left to a person', (_, settings, error) => {
    expect(mended(refusedValue, settings, error)).toBeNull();
  });
});

describe('a compose file that is no YAML', () => {
  test.each([
    ['   ports: ["80:80"]\n', '    ports: ["80:80"]\n', 'yaml: line 1: did not find expected key'],
    ['\texpose: ["80"]\n', '    expose: ["80"]\n', 'yaml: line 3: found a tab character'],
    ['    expose: ["80]\n', '    expose: ["80"]\n', 'yaml: line 1: found unexpected end of stream'],
  ])('%j, wherever Compose says that it is', (settings, expected, error) => {
    expect(mended(configSyntax, settings, error)).toBe(expected);
  });
});
