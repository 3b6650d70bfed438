import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPromisesKept } from '../../stack/promises.ts';
import { randomFor } from '../harness/random.ts';
import { startPatchStack, type PatchStack } from './patch-stack.ts';

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> =>
  (await run('docker', args)).stdout.trim();

/** A tag of our own: others' would be moved under them. */
const image = `vx11-drift-${randomBytes(4).toString('hex')}:1`;
let one: PatchStack;
beforeAll(async () => {
  await docker('tag', 'vx11-tiny:local', image);
  one = await startPatchStack({ tagged: { image } });
});
afterAll(async () => {
  await one?.fixture.destroy();
  await docker('rmi', '--force', image).catch(() => '');
});

const project = (): string => one.fixture.project;
const container = (service: string): string => `${project()}-${service}-1`;
const inspect = (service: string, format: string): Promise<string> =>
  docker('inspect', '--format', format, container(service));
const isThere = (...args: string[]): Promise<boolean> =>
  docker('inspect', ...args).then(
    () => true,
    () => false,
  );

interface Operation {
  name: string;
  /** Which service, or the stack, and the path of the finding. */
  of: () => [module: string, path: string, direction?: 'restore' | 'adopt'];
  /** Changes it by hand. */
  change: () => Promise<unknown>;
  /** Whether it is as declared. */
  isRight: () => Promise<boolean>;
}

const label = (key: string, value: string): string[] => [
  '--label',
  `com.docker.compose.${key}=${value}`,
];
const lost = (): string => `${project()}_lost`;
const operations: Operation[] = [
  {
    name: 'limits',
    of: () => ['web', 'services.web.mem_limit'],
    change: () => docker('update', '--memory', '32m', '--memory-swap', '64m', container('web')),
    isRight: async () => (await inspect('web', '{{.HostConfig.Memory}}')) === `${64 * 1024 ** 2}`,
  },
  {
    name: 'a network',
    of: () => ['web', 'services.web.networks'],
    change: () => docker('network', 'disconnect', `${project()}_default`, container('web')),
    isRight: async () =>
      (await inspect('web', '{{json .NetworkSettings.Networks}}')).includes('"web"'),
  },
  {
    name: 'a restart policy',
    of: () => ['web', 'services.web.restart'],
    change: () => docker('update', '--restart', 'always', container('web')),
    isRight: async () => /^(no)?$/.test(await inspect('web', '{{.HostConfig.RestartPolicy.Name}}')),
  },
  {
    name: 'a container of no file',
    of: () => ['stack', `containers.${project()}-old-1`],
    change: () =>
      docker(
        'create',
        '--name',
        `${project()}-old-1`,
        ...label('project', project()),
        ...label('service', 'old'),
        ...label('oneoff', 'False'),
        'vx11-tiny:local',
        'true',
      ),
    isRight: async () => !(await isThere('--type', 'container', `${project()}-old-1`)),
  },
  {
    name: 'a network of no file',
    of: () => ['stack', `networks.${lost()}`],
    change: () => docker('network', 'create', ...label('project', project()), lost()),
    isRight: async () => !(await isThere('--type', 'network', lost())),
  },
  {
    name: 'the mode of a file',
    of: () => ['stack', `files.${one.fixture.composeFile}`],
    change: () => chmod(one.fixture.composeFile, 0o666),
    isRight: async () => ((await stat(one.fixture.composeFile)).mode & 0o777) === 0o664,
  },
  {
    name: 'a tag',
    of: () => ['tagged', 'services.tagged.image', 'adopt'],
    change: async () => {
      await docker('commit', '--change', 'LABEL moved=1', container('tagged'), image);
    },
    isRight: async () =>
      (await docker('image', 'inspect', '--format', '{{.Id}}', image)) ===
      (await inspect('tagged', '{{.Image}}')),
  },
];

test.each(operations)('$name is set right on the Engine after a yes', async (operation) => {
  await operation.change();
  expect(await operation.isRight()).toBe(false);
  const id = await one.create(...operation.of());
  expect(await operation.isRight(), 'a patch changes nothing before a yes').toBe(false);
  await one.confirm(id);
  const { status, detail } = await one.ended(id);
  expect([status, detail]).toEqual(['kept', null]);
  expect(await operation.isRight()).toBe(true);
});

const random = randomFor('engine operations');
const kills = Array.from({ length: 20 }, (_, nth) => {
  const operation = operations[nth % operations.length]!;
  return [nth, operation.name, random.between(0, 5000), operation] as const;
});

test.each(kills)(
  'madre is killed for the %ith time while it sets %s right, after %i ms: it is right, or as it was, and the patch says which',
  async (_, __, ms, operation) => {
    await operation.change();
    const id = await one.create(...operation.of());
    await one.confirm(id);
    await sleep(ms);
    await one.fixture.madre.kill();
    one.fixture.madre.start();
    await one.fixture.ready();
    const { status, detail } = await one.ended(id);
    expect(['kept', 'rolled_back'], `${status}: ${detail}`).toContain(status);
    if (status === 'kept') expect(await operation.isRight()).toBe(true);
    else {
      // a removal is not taken back, and all else is as it was before the yes
      const again = await one.create(...operation.of()).catch(() => null);
      if (again === null) return expect(await operation.isRight()).toBe(true);
      await one.confirm(again);
      expect((await one.ended(again)).status).toBe('kept');
    }
    await expectPromisesKept(one.fixture);
  },
);
