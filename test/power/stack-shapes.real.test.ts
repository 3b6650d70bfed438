import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { stringify } from 'yaml';
import type { Catalog } from '../../contracts/service.ts';
import { openTarget } from '../stack/calls.ts';
import { eventTypes, lookInStore } from '../stack/promises.ts';
import { composeServices, startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

type Services = Record<string, Record<string, unknown>>;

describe('stacks of many shapes', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({ temporalAddress: inject('temporalAddress'), services: { web: {} } });
  });
  afterEach(async () => {
    const { body } = await stack.call('GET', '/vx11/windows?limit=50');
    for (const { window_id, state } of body.windows)
      if (state === 'open') await stack.call('POST', '/vx11/window/close', { window_id });
  });
  afterAll(() => stack?.destroy());

  const catalog = () =>
    lookInStore(stack, (store) => store.services.catalogOf(stack.project)) as Promise<Catalog>;

  /** Writes the stack's file and waits until madre has read it. */
  async function write(services: Services, more: object = {}): Promise<void> {
    const before = (await catalog()).read_at;
    const file = { name: stack.project, services: composeServices(services), ...more };
    await writeFile(stack.composeFile, stringify(file));
    await until('the file is read', async () => (await catalog()).read_at !== before);
  }
  const open = async (target: string) =>
    (await stack.call('POST', '/vx11/window/open', { target, ttl_seconds: 120, wait_seconds: 40 }))
      .body;
  const close = (target: string) => stack.call('POST', '/vx11/window/close', { target });
  const container = (service: string, format = '{{.Id}}') =>
    stack.docker('inspect', '-f', format, `${stack.project}-${service}-1`);
  const statusOf = async (name: string) => {
    const { body } = await stack.call('GET', '/vx11/status');
    return body.services.find((one: { name: string }) => one.name === name);
  };

  test('two profiles that share a container name open one at a time; the second beside the first fails alone', async () => {
    const llm = `${stack.project}-llm`;
    await write({
      'llm-cpu': { profiles: ['cpu'], container_name: llm },
      'llm-gpu': { profiles: ['gpu'], container_name: llm },
      web: {},
    });
    expect(await open('web')).toMatchObject({ state: 'open' });
    expect(await open('llm-cpu')).toMatchObject({ state: 'open' });
    const refused = await open('llm-gpu');
    expect(refused).toMatchObject({
      state: 'failed',
      services_failed: [{ service: 'llm-gpu', error: 'create_failed' }],
    });
    expect(refused.services_failed[0].detail).toContain(`/${llm}`);
    expect((await stack.running()).sort()).toEqual(['llm-cpu', 'web']);
    await stack.docker('rm', '-f', llm);
  });

  test('services that Compose refuses or that are not supported are listed and refused by name, and the rest opens', async () => {
    await write({
      old: {},
      web: { depends_on: ['db'] },
      db: {},
      broken: { networks: ['nope'] },
      needs: { depends_on: ['broken'] },
      model: { provider: { type: 'nope' } },
    });
    expect((await catalog()).error).toBeNull();
    expect(await open('web')).toMatchObject({ state: 'open', services_started: ['db', 'web'] });
    const broken = await open('broken');
    expect(broken.services_failed).toEqual([
      {
        service: 'broken',
        error: 'invalid_service',
        detail: expect.stringMatching(/^service "broken" refers to undefined network nope/),
      },
    ]);
    const needs = await open('needs');
    expect(needs.services_failed.map(({ error }: { error: string }) => error)).toEqual([
      'invalid_service',
      'dependency_failed',
    ]);
    const model = await open('model');
    expect(model.services_failed).toEqual([
      {
        service: 'model',
        error: 'unsupported',
        detail: expect.stringMatching(/^`provider` is not supported in windows/),
      },
    ]);
    expect((await statusOf('model')).note).toMatch(/^`provider` is not supported/);
    expect((await statusOf('broken')).note).toContain('undefined network');
  });

  test('the cause of a failure is reported without the warnings before it', async () => {
    await write({ old: {}, web: { environment: { A: '${NOT_SET}' } } });
    await openTarget(stack, 'old', 60);
    await write({ renamed: {}, web: { environment: { A: '${NOT_SET}' }, mem_limit: '1b' } });
    const { services_failed } = await open('web');
    expect(services_failed).toMatchObject([{ service: 'web', error: 'create_failed' }]);
    expect(services_failed[0].detail).toMatch(
      /^Error response from daemon: [^\n]*memory limit[^\n]*$/,
    );
  });

  test.each(['_base', 'a'.repeat(70), '.dots.in.it.', 'UPPER', '-dash', '007'])(
    'a service named %s opens and closes',
    async (name) => {
      await write({ [name]: {} });
      expect(await open(name)).toMatchObject({ state: 'open', services_started: [name] });
      expect(await stack.running()).toEqual([name]);
      const path = `/vx11/window/status/${encodeURIComponent(name)}`;
      expect((await stack.call('GET', path)).body).toMatchObject({ is_open: true });
      expect((await close(name)).body.receipt).toMatchObject({ residue: [] });
      expect(await stack.running()).toEqual([]);
    },
  );

  test('a service that shares a namespace or has an env file is not outdated, and its container is kept', async () => {
    const before = (await eventTypes(stack)).filter((type) => type === 'service.outdated').length;
    await writeFile(`${stack.composeFile}.env`, 'A=1\n');
    await write({
      vpn: {},
      app: { network_mode: 'service:vpn', env_file: [`${stack.composeFile}.env`] },
      reads: { volumes_from: ['vpn'] },
    });
    await open('app');
    await open('reads');
    const ids = [await container('app'), await container('reads')];
    await close('app');
    await close('reads');
    await open('app');
    await open('reads');
    expect([await container('app'), await container('reads')]).toEqual(ids);
    const after = (await eventTypes(stack)).filter((type) => type === 'service.outdated').length;
    expect(after).toBe(before);
    // the service that it shares with gets a new container, so it gets one too
    await close('app');
    await close('reads');
    await write({
      vpn: { environment: { B: '2' } },
      app: { network_mode: 'service:vpn', env_file: [`${stack.composeFile}.env`] },
    });
    expect(await open('app')).toMatchObject({ state: 'open' });
    expect(await container('app')).not.toBe(ids[0]);
    expect((await container('app', '{{.HostConfig.NetworkMode}}')).trim()).toBe(
      `container:${(await container('vpn')).trim()}`,
    );
  });

  test('a changed network stops nothing that runs on it, and is created again once nothing does', async () => {
    const services = { web: { networks: ['net'] }, db: { networks: ['net'] }, other: {} };
    await write(services, { networks: { net: {} } });
    await open('web');
    await open('db');
    await close('db');
    const web = await container('web');
    await write(
      { ...services, db: { networks: ['net'], environment: { A: '1' } } },
      { networks: { net: { labels: { a: 'b' } } } },
    );
    const refused = await open('db');
    expect(refused.services_failed).toMatchObject([{ service: 'db', error: 'network_changed' }]);
    expect(refused.services_failed[0].detail).toContain(`${stack.project}-web-1`);
    expect(await open('other')).toMatchObject({ state: 'open' });
    expect(await container('web')).toBe(web);
    expect((await stack.running()).sort()).toEqual(['other', 'web']);

    await close('web');
    expect(await open('db')).toMatchObject({ state: 'open' });
    expect(await open('web')).toMatchObject({ state: 'open' });
    const label = '{{json .Labels}}';
    const labels = await stack.docker('network', 'inspect', '-f', label, `${stack.project}_net`);
    expect(JSON.parse(labels)).toMatchObject({ a: 'b' });
    // they find each other by name on the new one
    await stack.docker('exec', `${stack.project}-web-1`, 'nslookup', 'db');
    await stack.docker('exec', `${stack.project}-db-1`, 'nslookup', 'web');
  });

  test('a changed volume keeps its data, and is reported', async () => {
    const web = { volumes: ['data:/data'] };
    await write({ web }, { volumes: { data: {} } });
    await open('web');
    await stack.docker('exec', `${stack.project}-web-1`, 'touch', '/data/kept');
    await close('web');
    const changed = { ...web, environment: { A: '1' } };
    await write({ web: changed }, { volumes: { data: { labels: { a: 'b' } } } });
    expect(await open('web')).toMatchObject({ state: 'open' });
    await stack.docker('exec', `${stack.project}-web-1`, 'test', '-f', '/data/kept');
    expect(await eventTypes(stack)).toContain('service.volume_changed');
  });
});
