import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  attributeOf,
  startCollector,
  treeOf,
  type Collector,
} from '../activities/traces/collector.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

const trace_id = '0af7651916cd43dd8448eb211c80319c';

let collector: Collector;
let stack: TestStack;
beforeAll(async () => {
  collector = await startCollector();
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
    services: { web: { depends_on: ['db'] }, db: {} },
    madreEnv: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'stack' },
  });
});
afterAll(async () => {
  await stack?.destroy();
  collector?.close();
});

const names = () => collector.spans().map(({ name }) => name);

test('a window that a traced caller opens is in the trace of the caller, each span once although madre was killed', async () => {
  const traceparent = `00-${trace_id}-b7ad6b7169203331-01`;
  const body = { target: 'web', ttl_seconds: 120 };
  // the collector takes the first spans, and madre dies before the answer arrives
  const takes = collector.answer;
  const deaths: Promise<void>[] = [];
  collector.answer = (reply, spans) => {
    if (deaths.length === 0 && spans.some(({ name }) => name === 'opening')) {
      deaths.push(stack.madre.kill());
      reply.destroy();
    } else takes(reply, spans);
  };
  const opened = (await stack.call('POST', '/vx11/window/open', body, { traceparent })).body;
  expect(opened).toMatchObject({ state: 'open' });
  await until('the opening is sent', async () => deaths.length > 0, 20_000);
  await Promise.all(deaths);
  stack.madre.start();
  const { window_id } = opened as { window_id: string };
  const close = async () =>
    (await stack.call('POST', '/vx11/window/close', { window_id })).body.closed === true;
  await until('the new madre closes it', close, 60_000);
  await until('all is sent', async () => names().includes('window web'), 30_000);

  expect(collector.problems).toEqual([]);
  const spans = collector.spans();
  const tree = treeOf(spans);
  expect(tree.slice(0, 2)).toEqual(['window web', '  opening']);
  expect(tree.slice(2).toSorted()).toEqual(
    [
      ...['start db', 'ready db', 'start web', 'ready web'].map((name) => `    ${name}`),
      '  open',
      '  closing',
      ...['stop db', 'stop web'].map((name) => `    ${name}`),
    ].toSorted(),
  );
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([trace_id]));
  const root = spans.find(({ name }) => name === 'window web')!;
  expect(root.parentSpanId).toBe('b7ad6b7169203331');
  expect(attributeOf(root, 'vx11.window_id')).toBe(window_id);
  const openings = collector.requests.filter((one) =>
    one.spans.some(({ name }) => name === 'opening'),
  );
  expect(openings.length).toBeGreaterThan(1);
}, 120_000);
