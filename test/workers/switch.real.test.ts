import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSwitchPort } from '../../gateway/routing/switch-client.ts';
import { provider } from '../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../activities/routing/scripted-provider.ts';
import { aService } from '../domain/samples.ts';
import {
  adminToken,
  beat,
  catalog,
  startListening,
  type ListeningGateway,
} from '../gateway/fixture.ts';
import { awaken } from '../gateway/routing/routed-gateway.ts';
import { endWithUs } from '../stack/reaper.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';

const repository = join(import.meta.dirname, '../..');
const key = 'the-internal-key-of-tests';
let upstream: ScriptedProvider;
let gateway: ListeningGateway;
let port: number;
let client: OpenAI;
let child: ChildProcess;

/** Starts switch as its container does. */
async function startSwitch(): Promise<void> {
  const home = dirname(gateway.storeFile);
  child = spawn(process.execPath, ['workers/main.ts', 'switch'], {
    cwd: repository,
    env: {
      PATH: process.env['PATH'],
      TEMPORAL_ADDRESS: '127.0.0.1:1', // requests need no Temporal
      VX11_HOME: home,
      VX11_STORE_URL: `sqlite:${gateway.storeFile}`,
      VX11_INTERNAL_KEY: key,
      VX11_SWITCH_PORT: String(port),
      VX11_PROVIDERS_FILE: join(home, 'providers.yaml'),
      SCRIPT_KEY: 'sk-script',
    },
  });
  endWithUs(child);
  const answers = async (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      () => true,
      () => false,
    );
  await until('switch answers', answers, 30_000);
}

beforeAll(async () => {
  upstream = await startScriptedProvider();
  port = await freePort();
  const deps = { switch: createSwitchPort(`http://127.0.0.1:${port}`, key) };
  gateway = await startListening({ deps });
  await gateway.store.services.saveCatalog(catalog([aService('switch')]), []);
  await beat(gateway.store);
  await awaken(gateway, 'switch');
  const providers = [provider(upstream.base, ['ok', '429-seconds:300', 'slow-chunks:50'])];
  await writeFile(
    join(dirname(gateway.storeFile), 'providers.yaml'),
    JSON.stringify({ providers }),
  );
  const options = { baseURL: `${gateway.base}/v1`, apiKey: adminToken, maxRetries: 0 };
  client = new OpenAI(options);
  await startSwitch();
}, 60_000);
afterAll(async () => {
  child.kill('SIGKILL');
  await gateway.close();
  await upstream.close();
});

const messages = [{ role: 'user' as const, content: 'Say hello.' }];
const status = (model: string): Promise<number> =>
  client.chat.completions.create({ model, messages }).then(
    () => 200,
    (error: unknown) => (error as { status: number }).status,
  );

test('a switch that is killed in mid-answer leaves no answer that looks complete, and the next one knows what it knew', async () => {
  expect(await status('script/ok')).toBe(200);
  expect(await status('script/429-seconds:300')).toBe(429);
  await until(
    'the cooldown is stored',
    async () => (await gateway.store.routing.state.limits()).length > 0,
    5000,
  );

  const stream = await client.chat.completions.create({
    model: 'script/slow-chunks:50',
    messages,
    stream: true,
  });
  const finishes: unknown[] = [];
  const read = (async () => {
    for await (const { choices } of stream) {
      finishes.push(choices[0]?.finish_reason ?? null);
      if (finishes.length === 3) child.kill('SIGKILL');
    }
  })();
  await expect(read).rejects.toThrow();
  expect(finishes.every((one) => one === null)).toBe(true);
  expect(await status('script/ok')).toBe(503);

  await startSwitch();
  const before = upstream.count('429-seconds:300');
  expect(await status('script/429-seconds:300')).toBe(429);
  expect(upstream.count('429-seconds:300')).toBe(before);
  expect(await status('script/ok')).toBe(200);

  // asked to stop, it writes what waits first
  const { decision_id } = await lastDecision();
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
  expect(await gateway.store.routing.decisions.find(decision_id)).not.toBeNull();
});

const lastDecision = async (): Promise<{ decision_id: string }> => {
  const { response } = await client.chat.completions
    .create({ model: 'script/ok', messages })
    .withResponse();
  return { decision_id: response.headers.get('x-vx11-decision')! };
};
