import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelsOf } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { hasModelClients, modelClients } from '../../clients/generators.ts';
import { image as sandboxImage } from '../../sandbox/image.ts';
import { startSwitchProgram, switchSettings } from '../../stack/switch-program.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../../tasks/task-stack.ts';
import { startFixture } from '../harness/fixture.ts';
import { openTlsDoor, type TlsDoor } from './tls-door.ts';

const run = promisify(execFile);
const version = async (...command: [string, ...string[]]): Promise<string> => {
  const [program, ...words] = command;
  const print = 'import sys; print("%d.%d" % sys.version_info[:2])';
  return (await run(program, [...words, '-c', print]).catch(() => ({ stdout: program }))).stdout;
};
/** What the environment of the tests installed runs in a sandbox only under the same Python. */
const canHaveIt =
  hasModelClients &&
  (await version('docker', 'run', '--rm', '--entrypoint', 'python3', sandboxImage)) ===
    (await version(modelClients.interpreter));

const name = 'vx11-sandbox-llm:test';
/** Packages that `llm` does not need, and that are large. */
const unneeded = /^(litellm|boto|hf_xet|huggingface|tokenizers|tiktoken|aiohttp|pip|setuptools)/;

describe.skipIf(!canHaveIt)('llm of PyPI as a target', () => {
  let upstream: ScriptedProvider;
  let door: TlsDoor;
  let folder: string;
  let stack: TaskStack;
  let router: Awaited<ReturnType<typeof startSwitchProgram>>;
  let client: OpenAI;

  /** The image of sandboxes with `llm`, its models and its key in it. */
  async function buildImage({ port, certificate }: TlsDoor): Promise<void> {
    const [context, config] = [join(folder, 'image'), join(folder, 'image/config')];
    await mkdir(config, { recursive: true });
    const find = ['-c', 'import llm, os; print(os.path.dirname(os.path.dirname(llm.__file__)))'];
    const packages = (await run(modelClients.interpreter, find)).stdout.trim();
    for (const one of await readdir(packages))
      if (!unneeded.test(one))
        await cp(join(packages, one), join(context, 'site', one), {
          recursive: true,
          preserveTimestamps: true,
        });
    // a base image of this machine's files has only the libraries that its own programs need
    await mkdir(join(context, 'lib'));
    for (const file of ['/lib/x86_64-linux-gnu/librt.so.1'])
      if (existsSync(file))
        await cp(file, join(context, 'lib', basename(file)), { dereference: true });
    const model = (id: string) => ({
      model_id: id,
      model_name: id,
      api_base: `https://localhost:${port}/v1`,
      api_key_name: 'vx11',
    });
    const files = {
      'config/extra-openai-models.yaml': JSON.stringify([model('ok'), model('400')]),
      'config/keys.json': JSON.stringify({ vx11: 'a-key' }),
      'config/logs-off': '',
      'config/ca.pem': certificate,
      llm: [
        '#!/bin/sh',
        '# it writes beside its models, and the image cannot be written',
        'cp -r /opt/llm/config /tmp/llm',
        'export LLM_USER_PATH=/tmp/llm PYTHONPATH=/opt/llm/site HOME=/tmp LD_LIBRARY_PATH=/opt/llm/lib',
        'export SSL_CERT_FILE=/opt/llm/config/ca.pem',
        'exec python3 -m llm "$@"\n',
      ].join('\n'),
      Dockerfile: [
        `FROM ${sandboxImage}`,
        'COPY lib /opt/llm/lib',
        'COPY site /opt/llm/site',
        'COPY config /opt/llm/config',
        'COPY llm /usr/local/bin/llm\n',
      ].join('\n'),
    };
    for (const [file, text] of Object.entries(files))
      await writeFile(join(context, file), text, { mode: file === 'llm' ? 0o755 : 0o644 });
    await run('docker', ['build', '-q', '-t', name, context], { maxBuffer: 1 << 26 });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vx11-llm-'));
    upstream = await startScriptedProvider();
    door = await openTlsDoor(folder, () => upstream);
    await buildImage(door);
    const egress = `localhost:${door.port}`;
    const fixture = await startFixture({
      services: { switch: {}, spawner: {} },
      env: {
        ...(await switchSettings()),
        ...(await spawnerSettings()),
        VX11_SANDBOX_IMAGE: name,
        VX11_EGRESS_ALLOW: egress,
        VX11_EGRESS_PRIVATE: 'on',
      },
    });
    stack = addSpawner(fixture);
    await stack.open();
    await stack.call('POST', '/vx11/window/open', { target: 'switch', ttl_seconds: 3600 });
    const models = modelsOf(['ok', '400'], { can: [], price: { in: 0, out: 0 } });
    router = await startSwitchProgram(stack, [
      { id: 'llm', kind: 'cli', program: 'llm', egress: [egress], models },
    ]);
    client = new OpenAI({ baseURL: `${stack.url}/v1`, apiKey: stack.token, maxRetries: 0 });
  });
  afterAll(async () => {
    await router?.stop();
    await stack?.destroy();
    door?.close();
    await upstream?.close();
    await run('docker', ['rmi', '-f', name]).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });

  test('answers from a sandbox: the prompt comes by its input, and the provider only by egress', async () => {
    const content = 'Say "hello"; $(rm -rf /)';
    const { choices, model } = await client.chat.completions.create({
      model: 'llm/ok',
      messages: [{ role: 'user', content }],
    });
    expect([model, choices[0]!.message.content]).toEqual(['llm/ok', 'Hello.']);
    const { body, headers } = upstream.seen.at(-1)!;
    expect(body['messages']).toEqual([{ role: 'user', content }]);
    expect(headers.authorization).toBe('Bearer a-key');
  });

  test('that fails says what it printed, and is asked once', async () => {
    const failed = client.chat.completions.create({
      model: 'llm/400',
      messages: [{ role: 'user', content: 'hello' }],
    });
    await expect(failed).rejects.toMatchObject({ status: 502, code: 'upstream_error' });
    expect(upstream.count('400')).toBe(1);
  });
});
