import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { WindowView } from '../../../contracts/window.ts';
import type { TestProgram } from '../../stack/program.ts';
import { startStack, type TestStack } from '../../stack/stack.ts';
import { accepts, freePort } from '../../stack/temporal.ts';
import { until } from '../../stack/wait.ts';
import { caddy, caddyProxy, nginx, nginxProxy } from './proxies.ts';

const installed = nginx !== '' && caddy !== '';
const freePorts = async (count: number): Promise<number[]> => {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
};

/** Answers a POST with its body. */
const echo = [
  'mkdir -p /w/cgi-bin && cd /w',
  'echo it is up > index.html',
  String.raw`printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"; head -c "$$CONTENT_LENGTH"\n' > cgi-bin/echo`,
  'chmod +x cgi-bin/echo',
  'exec httpd -f -p 8080 -h /w',
].join(' && ');

describe('requests through real proxies', () => {
  let stack: TestStack;
  let programs: TestProgram[];
  let throughNginx: string;
  let throughCaddy: string;
  let wakeUrl: string;
  beforeAll(async () => {
    if (!installed) return;
    const [wake = 0, web = 0, short = 0, one = 0, two = 0] = await freePorts(5);
    wakeUrl = `http://127.0.0.1:${wake}`;
    throughNginx = `http://127.0.0.1:${one}`;
    throughCaddy = `http://127.0.0.1:${two}`;
    const site = (port: number, rule: Record<string, string>) => ({
      command: ['sh', '-c', echo],
      ports: [`127.0.0.1:${port}:8080`],
      healthcheck: {
        test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/'],
        interval: '300ms',
        timeout: '5s',
        retries: 50,
      },
      'x-vx11': { wake: rule },
    });
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: {
        web: site(web, { ttl: '5m' }),
        short: site(short, { ttl: '4s', renew: '1s', max: '8s' }),
        secret: {},
      },
      env: { VX11_WAKE: `127.0.0.1:${wake}` },
    });
    programs = [
      nginxProxy(stack.home, { own: one, wake, web, short }),
      caddyProxy(stack.home, { own: two, wake, web }),
    ];
    for (const program of programs) program.start();
    for (const port of [wake, one, two]) await until('a proxy listens', () => accepts(port));
    await until('the catalog is read', async () => {
      const answer = await fetch(`${wakeUrl}/wake/auth?names=web`, {
        headers: { 'user-agent': 'Uptime-Kuma' },
      });
      return answer.status === 503;
    });
  });
  afterAll(async () => {
    for (const program of programs ?? []) await program.stop();
    await stack?.destroy();
  });
  beforeEach(({ skip }) => skip(!installed, 'nginx or Caddy is not installed here'));

  const windows = async (service: string): Promise<WindowView[]> =>
    (await stack.call('GET', `/vx11/windows?service=${service}`)).body.windows;

  test('a hundred clients at once open one window, and each body survives the wake', async () => {
    const clients = Array.from({ length: 94 }, async () => {
      const answer = await fetch(`${wakeUrl}/wake/auth?names=web&wait=60s`);
      return answer.status;
    });
    const bodies = Array.from({ length: 6 }, (_, at) => `body ${at} ${'x'.repeat(at * 1000)}`);
    const posts = bodies.map(async (body, at) => {
      const path = at % 2 === 0 ? throughCaddy : `${throughNginx}/wait`;
      const answer = await fetch(`${path}/cgi-bin/echo`, { method: 'POST', body });
      return `${answer.status} ${await answer.text()}`;
    });
    expect(await Promise.all(posts)).toEqual(bodies.map((body) => `200 ${body}`));
    expect(new Set(await Promise.all(clients))).toEqual(new Set([200]));
    expect(await windows('web')).toHaveLength(1);
    await stack.call('POST', '/vx11/window/close', { target: 'web' });
  });

  test('a busy site is renewed once a second at most, up to the hard end, which leaves a receipt', async () => {
    const first = await until('short is awake', async () => {
      await fetch(`${throughNginx}/`);
      return (await windows('short')).find(({ state }) => state === 'open');
    });
    const ended = await until('the first window has ended', async () => {
      await fetch(`${throughNginx}/`);
      const { body } = await stack.call('GET', `/vx11/windows/${first.window_id}`);
      return (body as WindowView).receipt === null ? null : (body as WindowView);
    });
    const lasted = Date.parse(ended.expires_at!) - Date.parse(ended.opened_at!);
    expect(lasted).toBeLessThanOrEqual(8000);
    expect(lasted).toBeGreaterThan(4000);
    expect(ended.extensions).toBeGreaterThan(0);
    expect(ended.extensions).toBeLessThanOrEqual(8);
    expect(ended).toMatchObject({
      owner: `wake:${new URL(wakeUrl).host}`,
      reason: 'request for short',
    });
    expect(ended.receipt!.residue).toEqual([]);
    expect(['deadline', 'settle_loop']).toContain(ended.receipt!.closed_by);
  });

  test('the next visitor sees the page, and then the site; without visitors it ends', async () => {
    await until('it is down', async () => {
      const live = (await windows('short')).some(
        ({ state }) => !['closed', 'failed'].includes(state),
      );
      return !live && !(await stack.running()).includes('short');
    });
    const page = await fetch(`${throughNginx}/films?a=b`);
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toBe('5');
    expect(await page.text()).toContain('<h1 role="status">short is starting</h1>');
    await until('the site answers', async () => {
      const answer = await fetch(`${throughNginx}/`);
      return answer.ok && (await answer.text()) === 'it is up\n';
    });
    const [newest] = await windows('short');
    const { body } = await stack.call('GET', '/vx11/events/history?limit=100');
    const asked = body.events.find(
      (event: { type: string; window_id: string }) =>
        event.type === 'window.requested' && event.window_id === newest!.window_id,
    );
    expect(asked.actor).toBe(`wake:${new URL(wakeUrl).host}`);
    await until('it ends', async () => !(await stack.running()).includes('short'));
  });

  test('nothing else can be reached there', async () => {
    for (const path of ['/vx11/status', '/vx11/windows', '/metrics', '/operator/ui/']) {
      const headers = { 'x-vx11-token': stack.token };
      expect((await fetch(wakeUrl + path, { headers })).status).toBe(404);
    }
    expect((await fetch(`${wakeUrl}/api/strategies/poke?names=secret`)).status).toBe(404);
  });
});
