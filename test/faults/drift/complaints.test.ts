import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { insist } from '../../stack/calls.ts';
import { startManifestator } from '../../stack/manifestator-program.ts';
import type { TestProgram } from '../../stack/program.ts';
import { until } from '../../stack/wait.ts';
import { startPatchStack, type PatchStack } from './patch-stack.ts';

interface ComposeFile {
  services: Record<string, Record<string, unknown>>;
  networks?: Record<string, object>;
  configs?: Record<string, object>;
}

/** A tag of our own: others' would be moved under them. */
const image = `vx11-drift-${randomBytes(4).toString('hex')}:1`;
let one: PatchStack;
let manifestator: TestProgram;
beforeAll(async () => {
  one = await startPatchStack({
    moved: {
      image: 'vx11-tiny:local',
      environment: { MODE: 'calm' },
      env_file: [{ path: 'a/app.env', required: false }],
      healthcheck: { test: ['CMD-SHELL', 'test "$$MODE" != broken'], interval: '1s', retries: 1 },
    },
    beside: {
      environment: { LEVEL: '${LEVEL:-low}' },
      env_file: [{ path: 'b/app.env', required: false }],
    },
  });
  manifestator = startManifestator(one.fixture);
});
afterAll(async () => {
  await manifestator?.stop();
  await one?.fixture.docker('rmi', '--force', image).catch(() => '');
  await one?.fixture.destroy();
});

const named = async (): Promise<string[]> =>
  (await one.audit())
    .filter(({ state }) => state === 'drift')
    .map(({ kind, path }) => `${kind} ${path}`);
const inspect = async (service: string, format: string): Promise<string> =>
  (
    await one.fixture.docker('inspect', '--format', format, `${one.fixture.project}-${service}-1`)
  ).trim();
/** Changes the compose file, as somebody with an editor would. */
async function edit(change: (file: ComposeFile) => void): Promise<void> {
  const { composeFile } = one.fixture;
  const file = parse(await readFile(composeFile, 'utf8')) as ComposeFile;
  change(file);
  await writeFile(composeFile, stringify(file));
  await one.git('commit', '-qam', 'by hand');
}
async function apply(id: string): Promise<string> {
  await one.confirm(id);
  const { status, detail } = await one.ended(id);
  return `${status}: ${detail}`;
}

test('what is changed by hand right before an audit is found by it, every time', async () => {
  expect(await named()).toEqual([]);
  const memory = (mb: number): Promise<unknown> =>
    one.fixture.docker(
      'update',
      '--memory',
      `${mb}m`,
      '--memory-swap',
      `${2 * mb}m`,
      `${one.fixture.project}-web-1`,
    );
  for (let nth = 0; nth < 20; nth += 1) {
    await memory(32 + nth);
    expect(await named()).toEqual(['limits_changed services.web.mem_limit']);
    await memory(64);
    expect(await named()).toEqual([]);
  }
});

/** Opens a service again, which makes its containers as the files say. */
async function reopen(target: string): Promise<void> {
  await insist(one.fixture, '/vx11/window/close', { target });
  await insist(one.fixture, '/vx11/window/open', { target, ttl_seconds: 3600 });
  await until(
    `${target} runs`,
    async () => (await inspect(target, '{{.State.Running}}')) === 'true',
  );
}

test('a changed .env, and one of two variable files of one name, are found for their own service only', async () => {
  const folder = dirname(one.fixture.composeFile);
  const files = ['.env', 'a/app.env', 'b/app.env'].map((name) => join(folder, name));
  for (const name of ['a', 'b']) await mkdir(join(folder, name));
  await writeFile(files[1]!, 'EXTRA=1\n', { mode: 0o600 });
  expect(await named()).toEqual(['env_changed services.moved.environment.EXTRA']);
  await rm(files[1]!);
  await writeFile(files[2]!, 'EXTRA=1\n', { mode: 0o600 });
  await writeFile(files[0]!, 'LEVEL=high\n', { mode: 0o600 });
  expect(await named()).toEqual([
    'env_changed services.beside.environment.EXTRA',
    'env_changed services.beside.environment.LEVEL',
  ]);
  for (const file of files) await rm(file, { force: true });
  expect(await named()).toEqual([]);
});

test('only the content of a config changed: it is found, and its patch puts it into the container', async () => {
  const content = (text: string) =>
    edit((file) => {
      file.configs = { app: { content: text } };
      file.services['beside']!['configs'] = [{ source: 'app', target: '/app.conf' }];
    });
  await content('one');
  await reopen('beside');
  expect(await named()).toEqual([]);
  await content('two');
  const read = () =>
    one.fixture.docker('exec', `${one.fixture.project}-beside-1`, 'cat', '/app.conf');
  expect(await named()).toEqual(['config_content services.beside.configs.app']);
  expect(await read()).toBe('one');
  expect(await apply(await one.create('beside', 'services.beside.configs'))).toBe('kept: null');
  expect(await read()).toBe('two');
  expect(await named()).toEqual([]);
});

test('a changed network stops nothing, and its patch makes all that is on it again, in their windows', async () => {
  const services = ['web', 'moved', 'beside'];
  const ids = () =>
    Promise.all(services.map((name) => inspect(name, '{{.Id}} {{.State.Running}}')));
  const before = await ids();
  await edit((file) => void (file.networks = { default: { labels: { edited: 'yes' } } }));
  expect(await named()).toContain('network_definition networks.default');
  expect(await ids()).toEqual(before);
  expect(await apply(await one.create('stack', 'networks.default'))).toBe('kept: null');
  const network = `${one.fixture.project}_default`;
  const label = await one.fixture.docker(
    'network',
    'inspect',
    '--format',
    '{{.Id}} {{.Labels.edited}}',
    network,
  );
  const [id, edited] = label.trim().split(' ');
  expect(edited).toBe('yes');
  for (const name of services) {
    const format = '{{.State.Running}} {{range .NetworkSettings.Networks}}{{.NetworkID}}{{end}}';
    expect(await inspect(name, format)).toBe(`true ${id}`);
  }
  expect(await named()).toEqual([]);
});

test('a patch that is taken back runs the earlier image, though its tag names another one by now', async () => {
  await one.fixture.docker('tag', 'vx11-tiny:local', image);
  await edit((file) => void (file.services['moved']!['image'] = image));
  await reopen('moved');
  await until(
    'moved is healthy',
    async () => (await inspect('moved', '{{.State.Health.Status}}')) === 'healthy',
  );
  const running = await inspect('moved', '{{.Image}}');
  const other = `${one.fixture.project}-moved-1`;
  await one.fixture.docker('commit', '--change', 'LABEL moved=1', other, image);
  const { body } = await insist(
    one.fixture,
    '/manifestator/dsl/plan',
    { blocks: [{ target: 'moved', operation: 'set', key: 'environment.MODE', value: 'broken' }] },
    120_000,
  );
  expect(await apply(body.dsl_id as string)).toMatch(/^rolled_back: /);
  await until(
    'moved is healthy',
    async () => (await inspect('moved', '{{.State.Health.Status}}').catch(() => '')) === 'healthy',
  );
  expect(await inspect('moved', '{{.Image}} {{.Config.Env}}')).toMatch(`${running} [MODE=calm`);
});
