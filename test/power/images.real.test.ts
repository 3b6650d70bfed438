import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { removeAfterTest, startRegistry, type TestRegistry } from '../images/registry.ts';
import type { EventRecord } from '../../contracts/event.ts';
import { openStore, type Store } from '../../store/index.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

describe('images of a window', () => {
  let registry: TestRegistry;
  let config: string;
  let stack: TestStack;
  let store: Store;
  const names: Record<string, string> = {};

  beforeAll(async () => {
    registry = await startRegistry();
    config = await mkdtemp(join(tmpdir(), 'vx11-docker-config-'));
    // Compose itself is a plugin that Docker looks for in the same folder
    await symlink(join(homedir(), '.docker/cli-plugins'), join(config, 'cli-plugins'));
    const address = registry.address;
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      madreEnv: { DOCKER_CONFIG: config },
      services: {
        slow: { image: `${address}/slow:1` },
        one: { image: `${address}/common:1` },
        other: { image: `${address}/common:1` },
        cut: { image: `${address}/short:1` },
        never: { image: `${address}/never:1`, 'x-vx11': { pull: 'never' } },
        asked: { image: `${address}/asked:1`, pull_policy: 'never' },
        fresh: { image: `${address}/fresh:1`, pull_policy: 'always' },
        secret: { image: `${address}/secret:1` },
        away: { image: '127.0.0.1:1/away:1' },
        needs: { depends_on: { away: { condition: 'service_started' } } },
        built: { image: undefined, build: './good' },
        named: { image: `${address}/named:1`, build: './good' },
        broken: { image: undefined, build: './bad' },
        gpu: { gpus: 'all' },
      },
      before: async ({ composeFile }) => {
        const dockerfiles = {
          good: 'FROM vx11-tiny:local\nRUN echo one && sleep 3\nRUN echo two\n',
          bad: 'FROM vx11-tiny:local\nRUN echo the cause of it >&2; exit 3\n',
        };
        for (const [name, text] of Object.entries(dockerfiles)) {
          const folder = join(composeFile, '..', name);
          await mkdir(folder);
          await writeFile(join(folder, 'Dockerfile'), text);
        }
      },
    });
  });
  beforeAll(async () => void (store = await openStore(stack.env['VX11_STORE_URL']!)));
  afterEach(() => {
    Object.assign(registry.rules, {
      bytesPerSecond: null,
      cutAfter: null,
      status: null,
      user: null,
    });
  });
  afterAll(async () => {
    const built = ['built', 'broken'].map((name) => `${stack.project}-${name}`);
    await store?.close();
    await stack?.destroy();
    // also the older of two that had one name
    const reference = `reference=${registry.address}/*`;
    const pulled = await stack?.docker('images', '-q', '--filter', reference);
    for (const image of [...pulled.split('\n').filter(Boolean), ...built])
      await stack?.docker('rmi', '-f', image).catch(() => undefined);
    await registry?.close();
    await rm(config, { recursive: true, force: true });
  });

  const add = async (name: string, megabytes = 1): Promise<void> => {
    names[name] = await registry.add(name, { megabytes });
  };
  const open = (target: string, more: object = {}) =>
    stack.call('POST', '/vx11/window/open', { target, ttl_seconds: 60, ...more });
  const close = (target: string) => stack.call('POST', '/vx11/window/close', { target });
  const windowOf = async (id: string) => (await stack.call('GET', `/vx11/windows/${id}`)).body;
  const eventsOf = async (id: string): Promise<EventRecord[]> =>
    (await store.events.after(0, 1000)).filter(({ window_id }) => window_id === id);

  test('a slow pull reports its progress, and does not count against the time of the window or its services', async () => {
    await add('slow', 4);
    registry.rules.bytesPerSecond = 100_000;
    const { status, body } = await open('slow', { ttl_seconds: 5, wait_seconds: 1 });
    expect(status).toBe(202);
    const { window_id } = body;
    const view = await until('the window says what it waits for', async () => {
      const now = await windowOf(window_id);
      return now.waiting_for?.includes('%') && now;
    });
    expect(view).toMatchObject({ state: 'opening', expires_at: null });
    expect(view.waiting_for).toMatch(/slow:1: pulling \d+ %, \d\.\d of [45]\.\d MB$/);
    const { body: all } = await stack.call('GET', '/vx11/status');
    const shown = all.services.find(({ name }: { name: string }) => name === 'slow');
    expect(shown).toMatchObject({ health: 'starting', reason: expect.stringContaining('pulling') });
    const opened = await until(
      'it is open',
      async () => {
        const now = await windowOf(window_id);
        return now.state === 'open' && now;
      },
      120_000,
    );
    const waited = Date.parse(opened.opened_at) - Date.parse(opened.requested_at);
    expect(waited).toBeGreaterThan(36_000);
    expect(Date.parse(opened.expires_at) - Date.parse(opened.opened_at)).toBe(5000);
    expect(opened.waiting_for).toBeNull();
    expect(await stack.running()).toEqual(['slow']);
    const pulls = (await eventsOf(window_id)).filter(({ type }) => type === 'image.pulling');
    expect(pulls.length).toBeGreaterThan(5);
    expect(pulls.length).toBeLessThan(40);
    expect(pulls.at(-1)).toMatchObject({
      service: 'slow',
      payload: {
        image: names['slow'],
        percent: expect.any(Number),
        total_bytes: expect.any(Number),
      },
    });
    await until('it is closed', async () => (await windowOf(window_id)).state === 'closed');
    expect(await windowOf(window_id)).toMatchObject({ receipt: { residue: [] } });
  });

  test('two windows share one pull, and closing one does not cancel it for the other', async () => {
    await add('common', 3);
    registry.rules.bytesPerSecond = 500_000;
    const before = registry.asked.length;
    const first = await open('one', { wait_seconds: 0 });
    const second = await open('other', { wait_seconds: 0 });
    await until('its layer is on the way', () => registry.sending() > 0);
    for (const { body } of [first, second])
      await until('each window hears of it', async () =>
        (await eventsOf(body.window_id)).some(({ type }) => type === 'image.pulling'),
      );
    const { body: ended } = await close('one');
    expect(ended.receipt).toMatchObject({ residue: [] });
    await until('the other one is open', async () => {
      return (await windowOf(second.body.window_id)).state === 'open';
    });
    const layers = registry.asked.slice(before).filter((path) => path.includes('/blobs/'));
    expect(new Set(layers).size).toBe(layers.length);
    expect(await stack.running()).toEqual(['other']);
    await close('other');
  });

  test('a close cancels a pull at once, in the Engine too', async () => {
    await add('short', 4);
    registry.rules.bytesPerSecond = 100_000;
    await open('cut', { wait_seconds: 0 });
    await until('its layer is on the way', () => registry.sending() > 0);
    const began = performance.now();
    const { body } = await close('cut');
    expect(performance.now() - began).toBeLessThan(5000);
    expect(body).toMatchObject({ closed: true, receipt: { residue: [] } });
    await until('nothing is sent any more', () => registry.sending() === 0);
    const { body: all } = await stack.call('GET', '/vx11/status');
    const shown = all.services.find(({ name }: { name: string }) => name === 'cut');
    expect(shown).toMatchObject({ health: 'off_by_policy', note: null });
    expect(await stack.running()).toEqual([]);
    const again = await open('cut', { wait_seconds: 0 });
    registry.rules.bytesPerSecond = null;
    await until('a new window opens', async () => {
      return (await windowOf(again.body.window_id)).state === 'open';
    });
    await close('cut');
  });

  test.each(['never', 'asked'])('nothing is pulled for %s, whose policy is never', async (name) => {
    await add(name);
    const before = registry.asked.length;
    const { body } = await open(name);
    expect(body.services_failed).toMatchObject([
      { error: 'image_missing', detail: expect.stringContaining('docker compose pull') },
    ]);
    expect(registry.asked.length).toBe(before);
  });

  test('pull: always gets a newer image and a container from it, and fails if it cannot', async () => {
    await add('fresh');
    const { body } = await open('fresh');
    expect(body).toMatchObject({ is_open: true });
    await close('fresh');
    await add('fresh');
    expect((await open('fresh')).body).toMatchObject({ is_open: true });
    const format = '{{.Image}}';
    const made = await stack.docker('inspect', `${stack.project}-fresh-1`, '--format', format);
    const here = await stack.docker('inspect', names['fresh']!, '--format', '{{.Id}}');
    expect(made).toBe(here);
    await close('fresh');
    registry.rules.status = 429;
    const { body: refused } = await open('fresh');
    expect(refused.services_failed).toMatchObject([
      { error: 'pull_failed', detail: expect.stringContaining('rate limit') },
    ]);
    expect(await stack.running()).toEqual([]);
  });

  test('credentials come from Docker’s own config, and are never shown', async () => {
    await add('secret');
    registry.rules.user = { name: 'ada', password: 'lovelace' };
    const write = (password: string) => {
      const auth = Buffer.from(`ada:${password}`).toString('base64');
      const content = { auths: { [registry.address]: { auth } } };
      return writeFile(join(config, 'config.json'), JSON.stringify(content));
    };
    await write('hunter2');
    const { body } = await open('secret');
    expect(body.services_failed).toMatchObject([
      { error: 'pull_failed', detail: expect.stringContaining("rejected Docker's credentials") },
    ]);
    await write('lovelace');
    expect((await open('secret')).body).toMatchObject({ is_open: true });
    await close('secret');
    for (const secret of ['hunter2', 'lovelace', Buffer.from('ada:lovelace').toString('base64')])
      expect(stack.madre.log()).not.toContain(secret);
  });

  test('if no registry answers, the image is reported missing at once', async () => {
    const began = performance.now();
    const { body } = await open('needs');
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(body.state).toBe('failed');
    expect(body.services_failed).toMatchObject([
      { service: 'away', error: 'image_missing' },
      { service: 'needs', error: 'dependency_failed' },
    ]);
    expect(body.services_failed[0].detail).toMatch(/connection refused.*docker compose pull away/);
  });

  test('an image that the file builds is built if it is missing, and its output is in the events', async () => {
    const { body } = await open('built');
    expect(body).toMatchObject({ is_open: true });
    const types = (await eventsOf(body.window_id)).filter(({ type }) => type.startsWith('image.'));
    expect(types[0]).toMatchObject({
      type: 'image.building',
      payload: { text: expect.stringMatching(/^building: \S/) },
    });
    expect(types.at(-1)).toMatchObject({ type: 'image.built' });
    await close('built');
    const again = await open('built');
    const later = await eventsOf(again.body.window_id);
    expect(later.filter(({ type }) => type.startsWith('image.'))).toEqual([]);
    await close('built');
  });

  test('an image that its registry does not have is built where the file says how', async () => {
    const { body } = await open('named');
    removeAfterTest(`${registry.address}/named:1`);
    expect(body).toMatchObject({ is_open: true, services_failed: [] });
    await close('named');
  });

  test('a build that fails reports how it ended', async () => {
    const { body } = await open('broken');
    expect(body.services_failed).toMatchObject([{ service: 'broken', error: 'build_failed' }]);
    expect(body.services_failed[0].detail).toContain('the cause of it');
    expect(body.services_failed[0].detail).toMatch(/returned a non-zero code: 3|exit code: 3/);
  });

  test('a GPU that the Engine has no driver for is named', async () => {
    const { body } = await open('gpu');
    expect(body.services_failed).toMatchObject([
      { service: 'gpu', error: 'gpu_unavailable', detail: expect.stringContaining('NVIDIA') },
    ]);
  });
});
