import { describe, expect, test } from 'vitest';
import {
  ProvidersFileError,
  readProvidersFile,
} from '../../../../activities/routing/catalog/file/providers-file.ts';

const whole = `
providers:
  - id: house
    kind: openai
    base_url: http://gpu:8000/v1
    key_env: HOUSE_KEY
    keys: [HOUSE_KEY_2]
    models:
      - id: qwen3
        context: 32768
        max_output: 8192
        price: { in: 0, out: 0 }
        can: [tools, json]
        quality: 0.7
    limits: { rpm: 60, tpm: 100000, rpd: 1000, tpd: 1000000, usd_per_day: 2, concurrency: 4, reset_hour_utc: 8 }
    service: gpu
    tags: [local, last_resort]
  - id: openai
`;

function problemsOf(text: string): string[] {
  try {
    readProvidersFile('p.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(ProvidersFileError);
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

test('a file with every field is read', () => {
  const [house, openai] = readProvidersFile('p.yaml', whole);
  expect(house).toMatchObject({ id: 'house', limits: { rpm: 60 }, models: [{ context: 32768 }] });
  expect(openai).toEqual({ id: 'openai' });
});

test.each([
  ['an empty file', ''],
  ['a file of comments', '# none yet\n'],
  ['an empty list', 'providers: []'],
])('%s has no providers', (_, text) => expect(readProvidersFile('p.yaml', text)).toEqual([]));

describe('a mistake is reported with its line and field, and what to do', () => {
  const house = 'providers:\n  - id: house\n    base_url: http://gpu:8000/v1\n';
  test.each([
    [
      'a misspelled field',
      `${house}    modles: []`,
      'p.yaml:4: providers[0].modles is no field of this file; remove it.',
    ],
    [
      'an unknown field of a model',
      `${house}    models:\n      - id: a\n      - id: b\n        window: 5`,
      'p.yaml:7: providers[0].models[1].window is no field of this file; remove it.',
    ],
    [
      'a price in words',
      `${house}    models:\n      - id: a\n        price:\n          in: cheap\n          out: 1`,
      'p.yaml:7: providers[0].models[0].price.in must be a number.',
    ],
    [
      'a price with one side',
      `${house}    models:\n      - id: a\n        price: { in: 1 }`,
      'p.yaml:6: providers[0].models[0].price.out must be a number.',
    ],
    [
      'a negative price',
      `${house}    models:\n      - id: a\n        price: { in: -1, out: 1 }`,
      'p.yaml:6: providers[0].models[0].price.in must be at least 0.',
    ],
    [
      'a capability that does not exist',
      `${house}    models:\n      - id: a\n        can: [tool]`,
      'p.yaml:6: providers[0].models[0].can[0] must be one of tools, vision, json, audio, reasoning, embed.',
    ],
    [
      'a tag that does not exist',
      `${house}    tags: [last-resort]`,
      'p.yaml:4: providers[0].tags[0] must be one of local, no_retention, last_resort, off.',
    ],
    [
      'a kind that does not exist',
      `${house}    kind: cohere`,
      'p.yaml:4: providers[0].kind must be one of openai, anthropic, gemini, ollama, cli.',
    ],
    [
      'a provider that nobody knows, without its address',
      'providers:\n  - id: house',
      'p.yaml:2: providers[0].base_url is needed for this provider: say where it listens, such as http://ollama:11434.',
    ],
    [
      'a provider twice',
      'providers:\n  - id: openai\n  - id: openai',
      'p.yaml:3: providers[1].id is there twice; keep one of them.',
    ],
    [
      'a model twice',
      `${house}    models:\n      - id: a\n      - id: a`,
      'p.yaml:6: providers[0].models[1].id is there twice; keep one of them.',
    ],
    ['text', 'hello', 'p.yaml:1: must be a group of fields.'],
    ['a list', '- id: openai', 'p.yaml:1: must be a group of fields.'],
    ['no list of providers', 'providers: openai', 'p.yaml:1: providers must be a list.'],
    ['no models', `${house}    models: []`, 'p.yaml:4: providers[0].models must have at least 1.'],
  ])('%s', (_, text, line) => expect(problemsOf(text)).toEqual([line]));

  test('broken YAML', () => {
    expect(problemsOf('providers:\n  - id: "house\n')).toEqual([
      expect.stringMatching(/^p\.yaml:[23]: it is not YAML here \(\w+\); check the indentation/),
    ]);
  });

  test('all at once', () => {
    expect(
      problemsOf(`${house}    service: a/b\n    kind: x\n    limits: { rpm: 0 }`),
    ).toHaveLength(3);
  });
});

describe('what could be a secret is never repeated', () => {
  test.each([
    ['a key in place of its variable', 'key_env: sk-proj-Secret123'],
    ['a key among the variables', 'keys: [sk-proj-Secret123]'],
    ['a user in the address', 'base_url: https://me:Secret123@host/v1'],
    ['a key in the query', 'base_url: https://host/v1?key=Secret123'],
    ['a variable in the address', "base_url: 'https://host/{Secret123}'"],
  ])('%s', (_, line) => {
    const text = `providers:\n  - id: openai\n    ${line}\n`;
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^p\.yaml:3: providers\[0\]\.\S+ must be .*such as/);
    expect(problems[0]).not.toContain('Secret123');
  });
});

test('a bomb of aliases is refused', () => {
  const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
  for (let at = 1; at < 8; at += 1) {
    const [from, to] = ['abcdefghi'[at - 1], 'abcdefghi'[at]];
    lines.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join(',')}]`);
  }
  expect(problemsOf(lines.join('\n'))).toHaveLength(1);
});
