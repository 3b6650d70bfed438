import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStack } from '../../../cli/up/stack.ts';
import { temporaryHome } from './temporary-home.ts';

test('a service to which the compose file or its override gives another tier is not a window service', async () => {
  const folder = temporaryHome();
  const composeFile = join(folder, 'compose.yml');
  writeFileSync(
    composeFile,
    `name: stacktest
services:
  door: { image: a, x-vx11: { tier: core } }
  data: { image: a }
  web: { image: a }
`,
  );
  writeFileSync(
    join(folder, 'compose.override.yml'),
    'services: { data: { x-vx11: { tier: infrastructure } } }',
  );
  const settings = { composeFile, dockerSocket: '/var/run/docker.sock', env: process.env };
  const { watched, ...stack } = await readStack(settings);
  expect(stack).toEqual({ project: 'stacktest', windowServices: ['web'] });
  // its override too, and names under which another file would count
  expect(watched).toEqual(
    expect.arrayContaining(
      ['compose.yml', 'compose.override.yml', 'compose.yaml'].map((name) => join(folder, name)),
    ),
  );
});
