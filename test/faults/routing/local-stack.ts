import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import type { ModelPull, PullAnswer } from '../../../contracts/models.ts';
import { pullHasEnded } from '../../../domain/models/pull.ts';
import { modelsOf } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { ggufFile, startHub, type StandInHub } from '../../activities/models/stand-in-hub.ts';
import { makeLocalModel, type LocalModel } from '../../stack/local-model.ts';
import { testProgram, type TestProgram } from '../../stack/program.ts';
import { startSwitchProgram, switchSettings } from '../../stack/switch-program.ts';
import { until } from '../../stack/wait.ts';
import { startFixture, type Fixture } from '../harness/fixture.ts';

/** What tests of a real local model run on: it is pulled from a hub, served by a container, and routed to by switch. */
export interface LocalStack {
  fixture: Fixture;
  hub: StandInHub;
  hosted: ScriptedProvider;
  local: LocalModel;
  hermes: TestProgram;
  router: Awaited<ReturnType<typeof startSwitchProgram>>;
  client: OpenAI;
  open(target: string, ttl_seconds?: number): Promise<void>;
  close(target: string): Promise<void>;
  pull(model: string): Promise<ModelPull>;
  destroy(): Promise<void>;
}

const repository = { model: 'ana/smollm2', file: 'smollm2.gguf' };

/** Starts all of it; switch and hermes are awake, and the model sleeps. */
export async function startLocalStack(): Promise<LocalStack> {
  const local = await makeLocalModel();
  const hosted = await startScriptedProvider();
  const small = (size: number) => ggufFile(size);
  const hub = await startHub({
    [repository.model]: { files: { [repository.file]: await readFile(local.file) } },
    'ana/one': { files: { 'one.gguf': small(300_000) } },
    'ana/two': { files: { 'two.gguf': small(400_000) } },
  });
  const path = `${repository.model}/${hub.commit.slice(0, 12)}/${repository.file}`;
  const fixture = await startFixture({
    services: { switch: {}, hermes: {}, smol: local.service(path) },
    env: {
      ...(await switchSettings()),
      HERMES_ALLOW_DOWNLOAD: 'on',
      VX11_HUB_URL: hub.url,
      VX11_MODELS_MAX: '2',
    },
  });
  const folder = join(fixture.home, 'models');
  await mkdir(folder, { recursive: true });
  const settings = { ...fixture.env, VX11_MODELS_FOLDER: folder };
  const log = join(fixture.home, 'hermes.log');
  const hermes = testProgram(process.execPath, ['workers/main.ts', 'hermes'], settings, log);
  hermes.start();
  const router = await startSwitchProgram(fixture, [
    {
      id: 'hosted',
      base_url: hosted.base,
      models: modelsOf(['ok'], { price: { in: 0, out: 0 }, quality: 0.9 }),
    },
    local.provider(path),
  ]);
  const stack: LocalStack = {
    fixture,
    hub,
    hosted,
    local,
    hermes,
    router,
    client: new OpenAI({ baseURL: `${fixture.url}/v1`, apiKey: fixture.token, maxRetries: 0 }),
    async open(target, ttl_seconds = 1800) {
      const asked = { target, ttl_seconds, wait_seconds: 60 };
      await until(`${target} is open`, async () => {
        const { body } = await fixture.call('POST', '/vx11/window/open', asked);
        return (body as { is_open?: boolean }).is_open;
      });
    },
    async close(target) {
      await fixture.call('POST', '/vx11/window/close', { target });
    },
    async pull(model) {
      const { job } = await until('a pull is taken', async () => {
        const answer = await fixture.call('POST', '/hermes/models/pull', { model });
        const body = answer.body as PullAnswer;
        return body.job === null || body.job === undefined ? null : body;
      });
      return until(`${model} has ended`, async () => {
        const { body } = await fixture.call('GET', `/hermes/job/${job!.job_id}`);
        return pullHasEnded(body as ModelPull) ? (body as ModelPull) : null;
      });
    },
    async destroy() {
      await Promise.all([hermes.stop(), router.stop()]);
      await fixture.destroy();
      await Promise.all([hub.close(), hosted.close()]);
    },
  };
  await stack.open('switch');
  await stack.open('hermes');
  return stack;
}
