import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { ModelListAnswer, ModelView } from '../../contracts/models.ts';
import { ggufFile, startHub, type StandInHub } from '../activities/models/stand-in-hub.ts';
import { vx11, type Run } from '../cli/fixture.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { cancelPull } from '../../workflows/models/messages.ts';
import {
  startModelsBench,
  type ModelsBench,
  type PullSetup,
} from '../workflows/models/models-bench.ts';

const image = process.env.VX11_IMAGE ?? 'vx11:local';
const built = await new Docker()
  .getImage(image)
  .inspect()
  .then(() => true)
  .catch(() => false);

/** The service as VX11's own file has it, on the host's network, where a test's Temporal listens. */
async function ownHermes(): Promise<Record<string, unknown>> {
  const file = join(import.meta.dirname, '../../docker-compose.yml');
  const stack = parse(await readFile(file, 'utf8'), { merge: true }) as {
    services: Record<string, Record<string, unknown>>;
  };
  const { extra_hosts: _, ...service } = stack.services['hermes']!;
  const healthcheck = { ...(service['healthcheck'] as object), interval: '1s' };
  return { ...service, network_mode: 'host', healthcheck };
}

describe.skipIf(!built)('hermes in its container, as the compose file has it', () => {
  const tiny = ggufFile(300_000);
  let hub: StandInHub;
  let stack: TestStack;
  beforeAll(async () => {
    hub = await startHub({
      'ana/tiny': { files: { 'tiny.gguf': tiny } },
      'ana/cut': { files: { 'cut.gguf': ggufFile(400_000) } },
    });
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { hermes: await ownHermes() },
      env: {
        VX11_IMAGE: image,
        VX11_TEMPORAL_ADDRESS: inject('temporalAddress'),
        VX11_HUB_URL: hub.url,
        HERMES_ALLOW_DOWNLOAD: 'on',
      },
    });
  });
  afterAll(async () => {
    await stack?.destroy();
    await hub?.close();
  });

  const models = (...line: string[]): Promise<Run> =>
    vx11(['models', ...line], { VX11_URL: stack.url, VX11_TOKEN: stack.token });
  const open = async (): Promise<void> => {
    const asked = { target: 'hermes', ttl_seconds: 600, wait_seconds: 60 };
    await until('hermes is awake', async () => {
      const { body } = await stack.call('POST', '/vx11/window/open', asked);
      return (body as { is_open: boolean }).is_open;
    });
  };
  const listed = async (): Promise<ModelView[]> =>
    ((await stack.call('GET', '/vx11/hermes/models')).body as ModelListAnswer).models;

  test('a window opens it, the command line finds and pulls a model, and its file is there', async () => {
    const asleep = await models('pull', 'ana/tiny');
    expect(asleep).toMatchObject({
      code: 3,
      err: expect.stringMatching(/off_by_policy/) as string,
    });
    await open();
    const found = await models('search', 'tiny');
    expect(found.out, found.err).toMatch(/^ana\/tiny +gguf +mit +12/m);
    const pulled = await models('pull', 'ana/tiny');
    expect(pulled, pulled.err).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^model-\w+ is ready: 293.0 KB$/) as string,
    });
    const [model] = await listed();
    const path = join(stack.home, 'models', model!.files[0]!.path);
    expect((await readFile(path)).equals(tiny)).toBe(true);
  });

  test('a connection that breaks is taken up again, and only the rest is fetched', async () => {
    const sent = hub.counts.bytes;
    hub.mode.cutAfter = 150_000;
    const pulled = await models('pull', 'ana/cut');
    expect(pulled.code, pulled.err).toBe(0);
    expect(hub.counts.ranges.filter((range) => range !== null).length).toBeGreaterThanOrEqual(2);
    // what was under way when a connection broke was sent, and did not arrive
    expect(hub.counts.bytes - sent).toBeLessThan(600_000);
  });

  test('its registry answers while it sleeps, and a removed model leaves when it is awake', async () => {
    await stack.call('POST', '/vx11/window/close', { target: 'hermes' });
    const { out } = await models();
    expect(out).toMatch(/ana\/tiny:tiny\.gguf +gguf +293\.0 KB +ready/);
    const { model_id } = (await listed()).find(({ name }) => name.startsWith('ana/tiny'))!;
    expect((await models('remove', model_id)).code).toBe(0);
    expect((await listed()).map(({ status }) => status)).toEqual(['ready', 'removing']);
    await open();
    await until('its row is gone', async () => (await listed()).length === 1);
  });
});

describe('the workflow of a pull', () => {
  let bench: ModelsBench;
  beforeAll(async () => void (bench = await startModelsBench(inject('temporalAddress'))));
  afterAll(() => bench?.stop());

  const run = async (setup?: PullSetup) => {
    const { handle, calls, ends } = await bench.pull(setup);
    return { end: await handle.result(), calls, ends };
  };
  const order = [
    ['startPull', 'resolveModel', 'storeResolved', 'fetchModel', 'storeVerifying', 'placeModel'],
    ['registerModel', 'removeModels', 'forgetModels', 'endPull'],
  ].flat();

  test('registers what is proved and placed, then removes what leaves for it', async () => {
    const { end, calls } = await run({ evicts: true });
    expect(end).toEqual({ ok: true, model_id: 'model-0000000a', bytes: 4 });
    expect(calls).toEqual(order);
  });
  test('ends as cancelled while it downloads, and registers nothing', async () => {
    const { handle, calls, ends } = await bench.pull({ lasts: true });
    await until('it downloads', () => calls.includes('fetchModel'));
    const by = { actor: 'bob', correlation_id: 'desk-5' };
    await handle.signal(cancelPull, by);
    expect(await handle.result()).toMatchObject({ ok: false, cause: 'cancelled' });
    expect(calls).not.toContain('placeModel');
    expect(ends).toMatchObject([{ detail: expect.stringMatching(/^bob cancelled it/) as string }]);
  });
  // the end is stored again until it is
  const faults = order
    .slice(0, -1)
    .flatMap((name, nth) => [
      [name, { nth, when: 'after', retryable: true }] as const,
      [name, { nth, when: 'before', retryable: false }] as const,
    ]);
  test.concurrent.each(faults)('ends once when %s fails: %j', async (name, fault) => {
    const { end, ends } = await run({ evicts: true, fault });
    expect(ends).toEqual([end]);
    const isRegistered = /^(removeModels|forgetModels)$/.test(name);
    expect(end).toMatchObject(
      fault.retryable || isRegistered ? { ok: true } : { ok: false, cause: 'interrupted' },
    );
  });
});
