import { describe, expect, test } from 'vitest';
import { readCollector } from '../../../activities/traces/settings.ts';
import { readEnv } from '../../../contracts/env.ts';

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318/';
const read = (env: object) => readCollector({ OTEL_EXPORTER_OTLP_ENDPOINT, ...env }, 'box');

describe('the variables of OpenTelemetry', () => {
  test('say where traces go, and as whose', () => {
    const collector = read({
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-scope = one ,=none,empty',
      OTEL_SERVICE_NAME: 'home',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=cellar,service.name=other,bad=%zz',
      OTEL_EXPORTER_OTLP_TIMEOUT: 500,
    });
    expect(collector).toEqual({
      url: 'http://127.0.0.1:4318/v1/traces',
      headers: { authorization: 'Bearer abc', 'x-scope': 'one' },
      timeoutMs: 500,
      resource: {
        'service.name': 'home',
        'service.version': expect.any(String) as string,
        'host.name': 'box',
        'deployment.environment.name': 'cellar',
        bad: '%zz',
      },
    });
  });

  test('for traces alone win over those for everything', () => {
    expect(
      read({
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://tempo.lan/otlp/v1/traces',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=b',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'c=d',
      }),
    ).toMatchObject({ url: 'https://tempo.lan/otlp/v1/traces', headers: { c: 'd' } });
  });

  test.each([
    ['no endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: undefined }],
    ['OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'TRUE' }],
    ['OTEL_TRACES_EXPORTER=none', { OTEL_TRACES_EXPORTER: 'none' }],
  ])('send nothing with %s', (_, env) => expect(read(env)).toBeNull());

  test.each([
    ['grpc', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, '4318'],
    ['another exporter', { OTEL_TRACES_EXPORTER: 'zipkin' }, 'VX11 writes otlp only'],
    ['an address without http', { OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4317' }, 'no http'],
  ])('say what to change for %s, which ends no process', (_, env, text) =>
    expect(read(env)).toContain(text),
  );

  test('that are wrong or empty in a shared environment stop nothing, and a key is never shown', () => {
    const names = ['OTEL_EXPORTER_OTLP_TIMEOUT', 'OTEL_EXPORTER_OTLP_HEADERS'] as const;
    const env = { OTEL_EXPORTER_OTLP_TIMEOUT: 'soon', OTEL_EXPORTER_OTLP_HEADERS: '' };
    expect(readEnv(env, ...names)).toEqual({});
  });
});
