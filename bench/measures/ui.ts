import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { NewEvent } from '../../contracts/event.ts';
import { newId } from '../../contracts/ids.ts';
import { view } from '../../test/gateway/fixture.ts';
import { chromiumPath, startWeb, type Web } from '../../test/web/browser.ts';
import { open, seedServices } from '../../test/web/house/seed.ts';
import type { Measure, Result } from '../measure.ts';
import { figures } from '../sample.ts';

const services = 500;
const windows = 40;
const eventsPerSecond = 200;

/** The web UI over 500 services and 40 windows: how soon it shows, how soon an event reaches a pixel, what it costs. */
export const ui: Measure = {
  name: 'ui',
  async run(environment) {
    if (chromiumPath === undefined) throw new Error('needs Chromium (apt-get install chromium)');
    const web = await startWeb();
    try {
      await seedServices(web.store, services);
      const names = Array.from({ length: windows }, (_, nth) => `service-${100 + nth}`);
      for (const name of names) await open(web.store, { services: [name], owner: 'ben' });
      const page = await web.page('operator');
      await page.locator('[data-row]').first().waitFor();
      return [
        ...(await firstPaint(web, page, environment.quick ? 3 : 8)),
        await toPixel(web, page, environment.quick ? 10 : 60),
        ...(await underLoad(web, page, environment.quick ? 5 : 20)),
        await heap(web, page, environment.quick ? 2000 : 28_800),
      ];
    } finally {
      await web.close();
    }
  },
};

const row = (
  name: string,
  samples: number[],
  limit: number,
  bar: string,
  notes: string[],
): Result => {
  const ours = figures(samples);
  return { name, unit: 'ms', ours, plain: null, bar, met: ours.p95 <= limit, n: ours.n, notes };
};

/** Time until the largest text is painted, in ms, and how much the layout moved. */
async function paintOf(page: Page): Promise<{ lcp: number; cls: number }> {
  await page.reload();
  await page.locator('[data-row]').first().waitFor();
  await page.waitForTimeout(500);
  return page.evaluate(
    () =>
      new Promise<{ lcp: number; cls: number }>((resolve) => {
        let lcp = 0;
        let cls = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) lcp = Math.max(lcp, entry.startTime);
        }).observe({ type: 'largest-contentful-paint', buffered: true });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            cls += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve({ lcp, cls }), 100);
      }),
  );
}

async function firstPaint(web: Web, page: Page, times: number): Promise<Result[]> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const measured = async (): Promise<{ lcp: number[]; cls: number }> => {
    const paints = [];
    for (let nth = 0; nth < times; nth += 1) {
      await devtools.send('Network.clearBrowserCache');
      paints.push(await paintOf(page));
    }
    return {
      lcp: paints.map(({ lcp }) => lcp),
      cls: Math.max(...paints.map(({ cls }) => cls)),
    };
  };
  const plain = await measured();
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const slow = { offline: false, latency: 150, downloadThroughput: 2e5, uploadThroughput: 9.4e4 };
  await devtools.send('Network.emulateNetworkConditions', slow);
  const throttled = await measured();
  await devtools.detach();
  const shift = (cls: number): string[] => [`layout shift at most ${cls.toFixed(3)} (bar 0.05)`];
  return [
    row('web UI: largest paint', plain.lcp, 1000, 'p95 ≤ 1 s', shift(plain.cls)),
    row('web UI: largest paint, throttled', throttled.lcp, 2500, 'p95 ≤ 2.5 s', [
      '4× slower CPU, 1.6 Mbit/s, 150 ms, empty cache',
      ...shift(throttled.cls),
    ]),
  ];
}

/** From a commit in the store to the frame that shows it; store and browser share one clock. */
async function toPixel(web: Web, page: Page, times: number): Promise<Result> {
  const samples: number[] = [];
  for (let nth = 0; nth < times; nth += 1) {
    const name = `job-${nth}`;
    const seen = page.evaluate(
      (text) =>
        new Promise<number>((resolve) => {
          const look = (): boolean => {
            if (!document.body.textContent.includes(text)) return false;
            requestAnimationFrame(() => resolve(Date.now()));
            return true;
          };
          const observer = new MutationObserver(() => look() && observer.disconnect());
          observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        }),
      name,
    );
    await sleep(60 + ((nth * 37) % 100));
    const window = view({ services: [name], members: [name], target: null, kind: 'operator' });
    const event = { window_id: window.window_id, host: 'box', payload: { services: [name] } };
    const at = Date.now();
    await web.store.windows.save(window, [{ type: 'window.open', at, actor: 'madre', ...event }]);
    samples.push((await seen) - at);
  }
  return row('web UI: event → pixel', samples, 200, 'p95 ≤ 200 ms', [
    `${services} services, ${windows} windows; the write itself is part of it`,
  ]);
}

const metric = async (devtools: CDPSession, name: string): Promise<number> => {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find((one) => one.name === name)!.value;
};

async function underLoad(web: Web, page: Page, seconds: number): Promise<Result[]> {
  await page.goto(`${web.url}services`);
  await page.getByRole('table').waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const frames = page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const deltas: number[] = [];
        let before = performance.now();
        const end = before + ms;
        const next = (now: number): void => {
          deltas.push(now - before);
          before = now;
          if (now < end) requestAnimationFrame(next);
          else resolve(deltas.slice(1));
        };
        requestAnimationFrame(next);
      }),
    seconds * 1000,
  );
  const busyBefore = await metric(devtools, 'TaskDuration');
  const from = performance.now();
  for (let nth = 0; performance.now() - from < seconds * 1000; nth += 1) {
    await web.store.events.append(burst(eventsPerSecond / 20));
    await sleep(Math.max(0, (nth + 1) * 50 - (performance.now() - from)));
  }
  const deltas = await frames;
  const busy = (100 * ((await metric(devtools, 'TaskDuration')) - busyBefore)) / seconds;
  await devtools.detach();
  const rate = deltas.map((delta) => 1000 / delta);
  const median = figures(deltas).p50;
  const dropped = rate.filter((one) => one < 30).length;
  return [
    row(
      `web UI: frame at ${eventsPerSecond} events/s`,
      [median],
      18.2,
      'p50 ≤ 18.2 ms (55 a second)',
      [`${deltas.length} frames in ${seconds} s, ${dropped} longer than 33 ms`],
    ),
    {
      name: `web UI: main thread at ${eventsPerSecond} events/s`,
      unit: '%',
      ours: { p50: busy, p95: busy, n: 1 },
      plain: null,
      bar: '≤ 25 %',
      met: busy <= 25,
      n: 1,
      notes: [`${services} services listed`],
    },
  ];
}

const burst = (size: number): NewEvent[] =>
  Array.from({ length: size }, () => ({
    type: 'service.started',
    at: Date.now(),
    actor: 'madre',
    host: 'box',
    service: 'web',
    window_id: newId('window'),
    payload: {},
  }));

/** The heap after as many events as eight hours bring, at one a second. */
async function heap(web: Web, page: Page, events: number): Promise<Result> {
  await page.goto(web.url);
  await page.locator('[data-row]').first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const used = async (): Promise<number> => {
    await sleep(1000);
    for (let nth = 0; nth < 3; nth += 1) await devtools.send('HeapProfiler.collectGarbage');
    return (await metric(devtools, 'JSHeapUsedSize')) / 1e6;
  };
  const before = await used();
  for (let sent = 0; sent < events; sent += 100) await web.store.events.append(burst(100));
  await sleep(2000);
  const grown = (await used()) - before;
  return {
    name: 'web UI: heap after 8 h',
    unit: 'MB',
    ours: { p50: grown, p95: grown, n: 1 },
    plain: null,
    bar: '+ ≤ 10 MB',
    met: grown <= 10,
    n: 1,
    notes: [`${events} events, one a second for 8 h; ${before.toFixed(1)} MB before`],
  };
}
