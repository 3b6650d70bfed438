import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CliProgramName, ProviderEntry } from '../../../contracts/provider.ts';
import type { ProgramListAnswer } from '../../../contracts/programs.ts';
import type { z } from 'zod';
import type { routingDecisionAnswer } from '../../../contracts/switch.ts';
import type { decisionSummaries } from '../../../contracts/switch-known.ts';
import { modelsOf } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { testProgram, type TestProgram } from '../../stack/program.ts';
import { startSwitchProgram, switchSettings } from '../../stack/switch-program.ts';
import { until } from '../../stack/wait.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../../tasks/task-stack.ts';
import { startFixture } from '../harness/fixture.ts';
import { buildProgramImage, downloadPrograms, removeImage } from './program-image.ts';
import { startGeminiServer, type GeminiServer } from './gemini-server.ts';
import { openTlsDoor, type TlsDoor, type Way } from './tls-door.ts';

const canHaveIt = await downloadPrograms().then(
  () => true,
  () => false,
);
const image = 'vx11-sandbox-programs:test';

describe.skipIf(!canHaveIt)('programs of npm as targets', () => {
  let upstream: ScriptedProvider;
  let gemini: GeminiServer;
  let door: TlsDoor;
  let folder: string;
  let stack: TaskStack;
  let router: Awaited<ReturnType<typeof startSwitchProgram>>;
  let hermes: TestProgram;
  let client: OpenAI;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vx11-programs-'));
    upstream = await startScriptedProvider();
    gemini = await startGeminiServer();
    // codex and claude are also clients of VX11's own front, which gives them the same models
    const way = (url: string): Way =>
      url.startsWith('/v1beta/')
        ? gemini
        : /^\/v1\/(?:responses|messages)/.test(url)
          ? { base: stack.url, authorization: `Bearer ${stack.token}` }
          : upstream;
    door = await openTlsDoor(folder, way);
    const root = await buildProgramImage(image, join(folder, 'image'), door);
    const egress = `localhost:${door.port}`;
    const fixture = await startFixture({
      services: { switch: {}, spawner: {}, hermes: {} },
      env: {
        ...(await switchSettings()),
        ...(await spawnerSettings()),
        VX11_SANDBOX_IMAGE: image,
        VX11_EGRESS_ALLOW: egress,
        VX11_EGRESS_PRIVATE: 'on',
      },
    });
    stack = addSpawner(fixture);
    await stack.open();
    for (const target of ['switch', 'hermes'])
      await stack.call('POST', '/vx11/window/open', { target, ttl_seconds: 3600 });
    const settings = { ...fixture.env, VX11_PROGRAMS_MOUNTED: `sandbox:${root}` };
    const log = join(fixture.home, 'hermes.log');
    hermes = testProgram(process.execPath, ['workers/main.ts', 'hermes'], settings, log);
    hermes.start();
    const program = (name: CliProgramName, ids: string[]): ProviderEntry => ({
      id: name,
      kind: 'cli',
      program: name,
      egress: [egress],
      models: modelsOf(ids, { can: [], price: { in: 0, out: 0 } }),
    });
    router = await startSwitchProgram(stack, [
      program('qwen', ['ok']),
      program('opencode', ['script/ok']),
      program('codex', ['script/ok', 'script/400']),
      program('claude', ['script/ok', 'script/400']),
      program('gemini', ['ok', '401']),
      program('llm', ['default']),
      {
        id: 'script',
        base_url: upstream.base,
        models: modelsOf(['ok', '400'], { context: 1_000_000, max_output: 100_000 }),
      },
    ]);
    client = new OpenAI({ baseURL: `${stack.url}/v1`, apiKey: stack.token, maxRetries: 0 });
  });
  afterAll(async () => {
    await Promise.all([router?.stop(), hermes?.stop()]);
    await stack?.destroy();
    door?.close();
    gemini?.close();
    await upstream?.close();
    await removeImage(image, join(folder, 'image'));
    await rm(folder, { recursive: true, force: true });
  });

  const content = 'Say "hello"; $(rm -rf /)';
  const ask = (model: string) =>
    client.chat.completions.create(
      { model, messages: [{ role: 'user', content }] },
      { headers: { 'x-vx11-deadline-ms': '120000' } },
    );

  test('are found by hermes in the image of sandboxes', async () => {
    await until('a scan is taken', async () => {
      const { status } = await stack.call('POST', '/hermes/discover', {});
      return status < 300;
    });
    const found = await until('they are found', async () => {
      const { body } = await stack.call('GET', '/hermes/clis?category=ai');
      const { programs } = body as ProgramListAnswer;
      const inSandbox = programs.filter(({ root }) => root === 'sandbox');
      const known = inSandbox.filter(({ usable, version }) => usable && version !== null);
      return inSandbox.length === 5 && known.length === 2 ? inSandbox : null;
    });
    // the packages for one platform do not say of which program they are
    expect(new Map(found.map(({ name, version }) => [name, version]))).toEqual(
      new Map([
        ['claude', null],
        ['codex', null],
        ['gemini', '0.61.0'],
        ['opencode', null],
        ['qwen', '0.24.4'],
      ]),
    );
  });

  const decided = async (id: string) => {
    const { body } = await stack.call('GET', `/switch/decisions/${id}`);
    return (body as z.infer<typeof routingDecisionAnswer>).decision;
  };
  const quoted = JSON.stringify(content).slice(1, -1);

  test.each([
    ['qwen/ok', 'Bearer a-key'],
    ['opencode/script/ok', 'Bearer a-key'],
    ['codex/script/ok', undefined],
    ['claude/script/ok', undefined],
  ])('%s answers from a sandbox, with the tokens that it counted', async (target, login) => {
    const { choices, model, usage } = await ask(target);
    expect([model, choices[0]!.message.content]).toEqual([target, 'Hello.']);
    expect(usage!.prompt_tokens % 9).toBe(0);
    const asked = upstream.seen.findLast(({ body }) =>
      JSON.stringify(body['messages']).includes(quoted),
    );
    expect(asked!.headers.authorization).toBe(login);
  });

  test('codex and claude are clients of the front in their own forms', async () => {
    const surfaces = await until('both are stored', async () => {
      const { body } = await stack.call('GET', '/switch/decisions?target=script/ok');
      const { decisions } = body as z.infer<typeof decisionSummaries>;
      const all = await Promise.all(decisions.map(({ decision_id }) => decided(decision_id)));
      const found = new Set(all.map(({ surface }) => surface));
      return found.size > 1 ? found : null;
    });
    expect(surfaces).toEqual(new Set(['responses', 'messages']));
  });

  test('gemini answers from a sandbox by its own protocol', async () => {
    const { choices, model, usage } = await ask('gemini/ok');
    expect([model, choices[0]!.message.content]).toEqual(['gemini/ok', 'Hello.']);
    expect(usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 3 });
    const { body, headers } = gemini.seen.at(-1)!;
    expect(body).toContain(quoted);
    expect(headers['x-goog-api-key']).toBe('a-key');
  });

  test.each([
    ['codex/script/400', 'failed', "'messages' must alternate"],
    ['claude/script/400', 'failed', "'messages' must alternate"],
    ['gemini/401', 'unauthorized', 'No.'],
  ])('%s says why it failed, in the words of its provider', async (target, kind, words) => {
    const failed = ask(target);
    await expect(failed).rejects.toThrow(words);
    const { error } = (await failed.catch((one: unknown) => one)) as {
      error: { decision_id: string };
    };
    const { tries } = await decided(error.decision_id);
    expect(tries.map(({ failure }) => failure)).toEqual([kind]);
  });

  test('one that the image does not contain is refused with the line that adds it', async () => {
    const failed = ask('llm/default');
    await expect(failed).rejects.toMatchObject({ status: 502 });
    await expect(failed).rejects.toThrow('add `RUN pip install llm`');
  });
});
