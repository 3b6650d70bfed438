import { describe, expect, test } from 'vitest';
import { startPeriod } from '../../../../../domain/repair/rules/lifecycle/start-period.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const stack =
  'services:\n  web:\n    image: web:1\n    healthcheck:\n      test: "curl -f http://localhost/"\n      interval: 2s\n      retries: 3\n';
const slow = {
  health: 'unhealthy',
  health_log: [{ exit_code: 1, output: 'refused' }],
  ready_after_ms: 20_000,
};
const failing = (compose: string, container = {}) =>
  aCapture({ compose, services: { web: { container: { ...slow, ...container } } } });

describe('half as much again as it needed', () => {
  test('a new key', () =>
    expect(fixed(startPeriod, failing(stack))).toEqual({
      'compose.yaml': `${stack}      start_period: 30s\n`,
    }));
  test('a longer one, in flow style, with CRLF', () => {
    const text =
      'services:\r\n  web:\r\n    image: w\r\n    healthcheck: { test: x, interval: 1s, start_period: 5s }\r\n';
    expect(fixed(startPeriod, failing(text, { ready_after_ms: 12_300 }))).toEqual({
      'compose.yaml': text.replace('5s', '19s'),
    });
  });
  test('a check that is an alias, and one of the image', () => {
    const text =
      'x-h: &h { test: x, interval: 1s }\nservices:\n  web:\n    image: w\n    healthcheck: *h\n  api:\n    image: a\n    healthcheck: *h\n';
    expect(fixed(startPeriod, failing(text))).toEqual({
      'compose.yaml': text.replace('*h\n  api', '{ <<: *h, start_period: 30s }\n  api'),
    });
  });
  test('a run that saw it unhealthy, before it recovered', () => {
    const capture = aCapture({
      compose: stack,
      services: { web: { container: { ...slow, health: 'healthy' } } },
      red: [{ service: 'web', detail: '[HEALTH] (unhealthy) == healthy' }],
    });
    expect(fixed(startPeriod, capture)).toEqual({
      'compose.yaml': `${stack}      start_period: 30s\n`,
    });
  });
});

describe('silent', () => {
  test.each([
    ['where it never became ready', failing(stack, { ready_after_ms: null })],
    ['where it was ready in time', failing(stack, { ready_after_ms: 3000 })],
    ['where it ended', failing(stack, ended(1))],
    ['where it is healthy', failing(stack, { health: 'healthy' })],
    ['without a health check', failing('services:\n  web:\n    image: w\n')],
    [
      'where the check is disabled',
      failing('services:\n  web:\n    image: w\n    healthcheck: { disable: true }\n'),
    ],
  ])('%s', (_, capture) => expect(fixed(startPeriod, capture)).toBe('silent'));
});
