/**
 * Records what Compose and the Engine say of every stack of the corpus: created, running and stopped, untouched. The tests of
 * drift hold their rules against it: `node scripts/record-stacks.ts`. Needs Docker and the image of the tests.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { readStacks, type CorpusStack } from '../test/compose/read-stacks.ts';

const execute = promisify(execFile);
const corpus = new URL('../test/compose/', import.meta.url);
const out = new URL('../test/domain/drift/recorded/', import.meta.url);
const project = 'vx11-recorded';

const docker = async (...args: string[]): Promise<string> =>
  (await execute('docker', args, { maxBuffer: 64 * 1024 ** 2 })).stdout;
const lines = (text: string): string[] => text.split('\n').filter(Boolean);
const inspect = async (kind: string, names: string[]): Promise<Record<string, unknown>[]> =>
  names.length === 0
    ? []
    : (JSON.parse(await docker(kind, 'inspect', ...names)) as Record<string, unknown>[]);
const ours = `label=com.docker.compose.project=${project}`;
const named = `name=${project}`;
const isOurs = ({ Name }: { Name: unknown }): boolean => String(Name).includes(project);

/** Folders of this machine say nothing about drift. */
const withoutPaths = ({ GraphDriver: _driver, LogPath: _log, ...rest }: Record<string, unknown>) =>
  rest;

async function look(): Promise<unknown> {
  const containers = await inspect('container', lines(await docker('ps', '-aq', '--filter', ours)));
  const images = [...new Set(containers.map(({ Image }) => String(Image)))];
  const all = await Promise.all(images.map((id) => inspect('image', [id])));
  const kept = all.flat().map(({ Id, RepoTags, Config }) => ({ Id, RepoTags, Config }));
  return { containers: containers.map(withoutPaths), images: kept };
}

async function record(stack: CorpusStack): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-recorded-'));
  const own = (words: readonly string[]): string[] =>
    words.map((word) => word.replaceAll('{project}', project));
  const file = join(folder, 'docker-compose.yml');
  for (const [name, text] of Object.entries(stack.write)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await writeFile(file, stack.composeFile(project, 'marker'));
  const override = join(folder, 'docker-compose.override.yml');
  const files = ['docker-compose.override.yml' in stack.write ? override : []].flat();
  const compose = (...args: string[]): Promise<string> =>
    docker(
      'compose',
      ...[file, ...files].flatMap((one) => ['-f', one]),
      '--project-directory',
      folder,
      ...args,
    );
  try {
    for (const command of stack.before) await docker(...own(command));
    const config = await compose(
      '--profile',
      '*',
      'config',
      '--no-consistency',
      '--format',
      'json',
    );
    await compose('up', '--no-start', ...stack.open).catch(() => undefined);
    const created = await look();
    await compose('up', '-d', ...stack.open).catch(() => undefined);
    const running = await look();
    const networks = await inspect('network', lines(await docker('network', 'ls', '-q')));
    const volumes = await inspect('volume', lines(await docker('volume', 'ls', '-q')));
    const others = await inspect('container', lines(await docker('ps', '-aq', '--filter', named)));
    await compose('--profile', '*', 'stop', '-t', '1').catch(() => undefined);
    const stopped = await look();
    return {
      title: stack.title,
      config,
      label_files: await labelFilesOf(compose),
      networks: networks.map(({ Id, Name, Labels }) => ({ Id, Name, Labels })).filter(isOurs),
      volumes: volumes.map(({ Name, Labels }) => ({ Name, Labels })).filter(isOurs),
      others: others.map(({ Id, Name }) => ({ Id, Name })),
      created,
      running,
      stopped,
    };
  } finally {
    await compose('--profile', '*', 'down', '-v', '-t', '1', '--remove-orphans').catch(
      (error: unknown) => console.error(error),
    );
    for (const command of stack.after) await docker(...own(command)).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** `config` prints labels of files, and not the files, which Compose hashes. */
async function labelFilesOf(compose: (...args: string[]) => Promise<string>): Promise<unknown> {
  const flags = ['--no-interpolate', '--no-consistency', '--no-env-resolution'];
  const text = await compose('--profile', '*', 'config', ...flags, '--format', 'json');
  const { services } = JSON.parse(text) as {
    services: Record<string, { label_file?: string[] }>;
  };
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, { label_file }]) =>
      label_file === undefined ? [] : [[name, label_file]],
    ),
  );
}

const recorded: string[] = [];
for (const kind of ['stacks', 'odd-stacks']) {
  for (const name of await readdir(new URL(`${kind}/`, corpus))) {
    for (const stack of await readStacks(new URL(`${kind}/${name}`, corpus))) {
      console.log(`${kind}/${name}: ${stack.title}`);
      recorded.push(JSON.stringify(await record(stack)));
    }
  }
}
await mkdir(out, { recursive: true });
const packed = gzipSync(`${recorded.join('\n')}\n`, { level: 9 });
await writeFile(new URL('stacks.jsonl.gz', out), packed);
