import { describe, expect, test } from 'vitest';
import { memoryLimit } from '../../../../../domain/repair/rules/lifecycle/memory-limit.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const mega = 1024 ** 2;
const stack = 'services:\n  web:\n    image: web:1\n    mem_limit: 64m # small\n';
const failing = (
  compose: string,
  limit: number | null,
  peak: number | null,
  out_of_memory = true,
) =>
  aCapture({
    compose,
    services: {
      web: {
        container: ended(137, {
          out_of_memory,
          memory_limit_bytes: limit,
          memory_peak_bytes: peak,
        }),
      },
    },
  });

describe('twice the limit, or half as much again as the peak', () => {
  test.each<[string, string, number, number | null, string]>([
    ['in its unit', stack, 64 * mega, 64 * mega, stack.replace('64m', '128m')],
    ['by the peak', stack, 64 * mega, 200 * mega, stack.replace('64m', '300m')],
    [
      'of a deployment',
      'services:\n  web:\n    image: w\n    deploy:\n      resources: { limits: { memory: 1G } }\n',
      1024 * mega,
      null,
      'services:\n  web:\n    image: w\n    deploy:\n      resources: { limits: { memory: 2G } }\n',
    ],
    [
      'in bytes',
      stack.replace('64m', '67108864'),
      64 * mega,
      null,
      stack.replace('64m', '134217728'),
    ],
    [
      'a default',
      stack.replace('64m', '${MEM:-64m}'),
      64 * mega,
      null,
      stack.replace('64m', '${MEM:-128m}'),
    ],
    [
      'with the limit of swap',
      `${stack}    memswap_limit: 64m\n`,
      64 * mega,
      null,
      `${stack}    memswap_limit: 128m\n`.replace('mem_limit: 64m', 'mem_limit: 128m'),
    ],
  ])('%s', (_, text, limit, peak, after) =>
    expect(fixed(memoryLimit, failing(text, limit, peak))).toEqual({ 'compose.yaml': after }),
  );

  test('a merged limit is overridden', () => {
    const text =
      'x-s: &s\n  mem_limit: 64m\nservices:\n  web:\n    <<: *s\n    image: w\n  db:\n    <<: *s\n    image: d\n';
    expect(fixed(memoryLimit, failing(text, 64 * mega, null))).toEqual({
      'compose.yaml': text.replace('image: w\n', 'image: w\n    mem_limit: 128m\n'),
    });
  });
});

test('beyond the budget of the stack, a person decides', () => {
  expect(
    fixed(memoryLimit, failing(`x-vx11:\n  budget: { memory: 100m }\n${stack}`, 64 * mega, null)),
  ).toBe('advice');
});
test('a host without memory is not mended by a limit', () => {
  expect(fixed(memoryLimit, failing(stack.replace(/ +mem.*\n/, ''), null, null))).toBe('advice');
});

describe('silent', () => {
  const sidecar = `${stack}  cache:\n    image: c\n    mem_limit: 64m\n`;
  test.each([
    ['for exit code 137 without the flag', failing(stack, 64 * mega, 64 * mega, false)],
    [
      'for the memory of a neighbour',
      aCapture({
        compose: sidecar,
        services: {
          cache: { container: ended(137, { out_of_memory: true, memory_limit_bytes: 64 * mega }) },
        },
        red: [{ service: 'web' }],
      }),
    ],
    [
      'for a log that only says so',
      aCapture({
        compose: stack,
        services: {
          web: { container: ended(1), logs: ['FATAL ERROR: JavaScript heap out of memory'] },
        },
      }),
    ],
  ])('%s', (_, capture) => expect(fixed(memoryLimit, capture)).toBe('silent'));

  test('not for a service that it depends on', () => {
    const capture = aCapture({
      compose: sidecar.replace('# small', '\n    depends_on: [cache]'),
      services: {
        cache: { container: ended(137, { out_of_memory: true, memory_limit_bytes: 64 * mega }) },
      },
      red: [{ service: 'web' }],
    });
    expect(JSON.stringify(fixed(memoryLimit, capture))).toContain('128m');
  });
});
