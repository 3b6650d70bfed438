import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withTraceParent } from '../../../platform/trace-context.ts';
import { aWindow, startExporter, type Exporter } from './exporter.ts';

let exporter: Exporter;
beforeEach(async () => {
  exporter = await startExporter(200);
});
afterEach(() => exporter.end());
const spans = () => exporter.collector.spans();
const spansOfWindow = 12;

describe('spans are sent again, and once it takes them none is missing, if the collector', () => {
  test.each([
    ['answers 503', (reply) => void reply.writeHead(503).end()],
    ['answers 502', (reply) => void reply.writeHead(502).end()],
    ['refuses our key, until it is right', (reply) => void reply.writeHead(401).end()],
    ['hangs up', (reply) => void reply.destroy()],
    ['takes them and never says so', () => undefined],
  ] as [string, Exporter['collector']['answer']][])('%s', async (_, answer) => {
    const { collector } = exporter;
    const takes = collector.answer;
    collector.answer = answer;
    const round = exporter.start();
    await aWindow(exporter, 'window-1f2e3d4c');
    await round();
    expect(exporter.lag).toEqual({ events: 11, seconds: 69 });
    await round();
    // not before its pause is over
    expect(collector.requests).toHaveLength(1);
    collector.answer = takes;
    exporter.now += 60_000;
    await round();
    expect(collector.requests).toHaveLength(2);
    expect(spans()).toHaveLength(spansOfWindow);
    expect(exporter.lag).toEqual({ events: 0, seconds: 0 });
    expect(exporter.counted).toEqual([
      { outcome: 'retried', spans: spansOfWindow },
      { outcome: 'sent', spans: spansOfWindow },
    ]);
  });
});

test('a collector that names a wait is left alone for so long, but for 5 minutes at most', async () => {
  const { collector } = exporter;
  const takes = collector.answer;
  const round = exporter.start();
  await aWindow(exporter, 'window-1f2e3d4c');
  for (const [wait, seconds] of [
    ['100', 100],
    ['86400', 300],
  ] as const) {
    collector.answer = (reply) => void reply.writeHead(429, { 'retry-after': wait }).end();
    const before = collector.requests.length;
    await round();
    exporter.now += (seconds - 1) * 1000;
    await round();
    expect(collector.requests).toHaveLength(before + 1);
    exporter.now += 1000;
  }
  collector.answer = takes;
  await round();
  expect(spans()).toHaveLength(spansOfWindow);
});

test('spans that the collector refuses are counted, and hold up nothing', async () => {
  const { collector } = exporter;
  const takes = collector.answer;
  const round = exporter.start();
  collector.answer = (reply) => void reply.writeHead(400).end('no');
  await aWindow(exporter, 'window-1f2e3d4c');
  await round();
  collector.answer = (reply) =>
    void reply.writeHead(200).end('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"old"}}');
  await aWindow(exporter, 'window-2f2e3d4c');
  await round();
  collector.answer = takes;
  await aWindow(exporter, 'window-3f2e3d4c');
  await round();
  expect(exporter.counted).toEqual([
    { outcome: 'refused', spans: spansOfWindow },
    { outcome: 'refused', spans: 2 },
    { outcome: 'sent', spans: spansOfWindow - 2 },
    { outcome: 'sent', spans: spansOfWindow },
  ]);
  expect(exporter.warned.join()).toContain('old');
});

test('a collector that takes few spans at once gets few at once', async () => {
  const { collector } = exporter;
  const takes = collector.answer;
  collector.answer = (reply, got) =>
    got.length > 5 ? void reply.writeHead(413).end() : takes(reply, got);
  for (let nth = 0; nth < 5; nth += 1) await aWindow(exporter, `window-${nth}f2e3d4c`);
  await exporter.start()();
  const taken = collector.requests.filter((one) => one.spans.length <= 5);
  expect(taken.flatMap((one) => one.spans)).toHaveLength(5 * spansOfWindow);
  expect(exporter.lag.events).toBe(0);
});

test('what has waited for a day is passed over and counted, and the rest is sent', async () => {
  const { collector } = exporter;
  const takes = collector.answer;
  collector.answer = (reply) => void reply.writeHead(503).end();
  const round = exporter.start();
  await aWindow(exporter, 'window-1f2e3d4c');
  await round();
  exporter.now += 25 * 3_600_000;
  await aWindow(exporter, 'window-2f2e3d4c');
  collector.answer = takes;
  await round();
  expect(exporter.skipped).toBe(11);
  const sent = collector.requests.at(-1)!.spans;
  expect(sent).toHaveLength(spansOfWindow);
});

test('an exporter that dies between the answer and its note sends the same spans again, and no other', async () => {
  const { collector, store } = exporter;
  const whole = exporter.start();
  await withTraceParent('run-1f2e3d4c', () => aWindow(exporter, 'window-1f2e3d4c'));
  const dying = exporter.start({
    store: {
      traces: { ...store.traces, sent: () => Promise.reject(new Error('killed')) },
    },
  });
  await expect(dying()).rejects.toThrow('killed');
  await aWindow(exporter, 'window-2f2e3d4c');
  await whole();
  expect(collector.requests.length).toBeGreaterThan(1);
  // a span that came twice with other content would throw
  expect(spans()).toHaveLength(2 * spansOfWindow);
});

test('a log of thousands of events is sent in requests of 512 spans at most, each span once', async () => {
  for (let nth = 0; nth < 60; nth += 1)
    await aWindow(exporter, `window-${String(nth).padStart(8, '0')}`);
  const round = exporter.start();
  while (exporter.collector.spans().length < 60 * spansOfWindow) await round();
  const sizes = exporter.collector.requests.map((one) => one.spans.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(512);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60 * spansOfWindow);
});
