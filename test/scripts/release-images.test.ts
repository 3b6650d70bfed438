import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serverFolders } from '../../scripts/image/source.ts';

const repository = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');

interface Instruction {
  name: string;
  words: string[];
}
/** The instructions of a Dockerfile: comments are left out, and continued lines are one. */
const instructions = (text: string): Instruction[] =>
  text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...words] = line.trim().split(/\s+/);
      return { name, words };
    });

interface Stage {
  base: string;
  own: Instruction[];
}
/** The stages of a Dockerfile by name. */
function stagesOf(text: string): Map<string, Stage> {
  const stages = new Map<string, Stage>();
  let own: Instruction[] = [];
  for (const each of instructions(text)) {
    const { name, words } = each;
    if (name !== 'FROM') own.push(each);
    else {
      const [base, , stage] = words.filter((word) => !word.startsWith('--'));
      stages.set(stage!, { base: base!, own: (own = []) });
    }
  }
  return stages;
}

const file = 'scripts/image/release/Dockerfile';
const stages = stagesOf(read(file));
const offline = stagesOf(read('Dockerfile'));
interface Target {
  inherits?: string[];
  target?: string;
  platforms?: string[];
  dockerfile?: string;
  attest?: string[];
}
const { target: targets, group } = JSON.parse(read('docker-bake.json')) as {
  target: Record<string, Target>;
  group: { default: { targets: string[] } };
};

test('each published image is built for amd64 and arm64, with a bill of materials', () => {
  expect(group.default.targets).toEqual(['roles', 'madre', 'audio', 'complete']);
  for (const name of group.default.targets) {
    const all = { ...targets[targets[name]!.inherits![0]!], ...targets[name] };
    expect(all).toMatchObject({ dockerfile: file, platforms: ['linux/amd64', 'linux/arm64'] });
    expect(all.attest).toContain('type=sbom');
    expect([...stages.keys()]).toContain(all.target);
  }
});

test('a stage builds on an earlier one or on a named version of an image', () => {
  const known: string[] = [];
  const others: string[] = [];
  for (const [name, { base, own }] of stages) {
    const from = own.flatMap(({ words }) => words).filter((word) => word.startsWith('--from='));
    for (const one of [base, ...from.map((word) => word.slice('--from='.length))])
      if (!known.includes(one)) others.push(one);
    known.push(name);
  }
  expect(others.filter((one) => !/^[\w./-]+:[\w.-]+$/.test(one))).toEqual([]);
  expect(others.length).toBeGreaterThan(0);
});

test('what is copied from the repository exists, and all of the server is', () => {
  const copied = [...stages.values()].flatMap(({ own }) =>
    own
      .filter(
        ({ name, words }) => name === 'COPY' && !words.some((word) => word.startsWith('--from=')),
      )
      .flatMap(({ words }) => words.filter((word) => !word.startsWith('--')).slice(0, -1)),
  );
  for (const path of copied) expect(existsSync(join(repository, path)), path).toBe(true);
  // the web UI is built in a stage
  expect(copied).toEqual(
    expect.arrayContaining(serverFolders.filter((folder) => folder !== 'web/dist')),
  );
});

test('nothing that is made for one processor is built on another one', () => {
  const packages = stages.get('packages')!;
  expect(packages.base).toBe('node:24-slim');
  const words = (name: string): string =>
    stages
      .get(name)!
      .own.flatMap((each) => each.words)
      .join(' ');
  expect(words('temporal')).toContain('arch=${TARGETARCH}');
  expect(words('roles')).toContain('--from=packages /app/node_modules');
  expect(words('roles')).not.toContain('--from=made /app/node_modules');
});

test('the images of a release have the environment, user and command of those that npm run image builds', () => {
  for (const name of ['roles', 'madre', 'complete']) {
    const set = (all: Map<string, Stage>): Instruction[] =>
      all.get(name)!.own.filter((each) => ['ENV', 'USER', 'CMD', 'WORKDIR'].includes(each.name));
    expect(set(stages), name).toEqual(set(offline));
  }
});
