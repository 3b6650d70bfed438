import { utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startHost } from '../power/one-host.ts';

const gatus = (path: string): string => `
endpoints:
  - name: home
    group: site
    interval: 30s
    url: http://web:8080${path}
    conditions: ['[STATUS] == 200', '[BODY].status == ok']
`;

test('a Gatus file beside the compose file is a suite, and its changes are seen', async () => {
  const { power } = await startHost({ web: {} }, { top: { 'x-vx11': { import: 'gatus.yaml' } } });
  // its folder is known from the first reading, which finds no such file
  const { compose_file } = await power.catalog.current();
  const file = join(dirname(compose_file), 'gatus.yaml');
  writeFileSync(file, gatus('/a'));
  await power.catalog.current();
  const site = () => power.catalog.suites().find(({ name }) => name === 'site');
  expect(site()).toMatchObject({
    kind: 'group',
    services: ['web'],
    problems: [],
    checks: [{ name: 'home', url: 'http://web:8080/a' }],
  });
  writeFileSync(file, gatus('/other'));
  utimesSync(file, 1, 1);
  await power.catalog.current();
  expect(site()!.checks[0]!.url).toBe('http://web:8080/other');
});

test('a file that is not there, or is no YAML, is a suite that does not run, and takes no service away', async () => {
  const { power } = await startHost(
    { web: {} },
    { top: { 'x-vx11': { import: ['away.yaml', 'bad.yaml'] } } },
  );
  const { compose_file } = await power.catalog.current();
  writeFileSync(join(dirname(compose_file), 'bad.yaml'), 'endpoints: [}');
  const catalog = await power.catalog.current();
  expect(catalog.error).toBeNull();
  expect(catalog.services.map(({ name }) => name)).toEqual(['web']);
  const problems = power.catalog.suites().flatMap((suite) => suite.problems);
  expect(problems).toEqual([
    expect.stringMatching(/^away\.yaml: it cannot be read: ENOENT/),
    expect.stringMatching(/^bad\.yaml: it cannot be read: .*line 1/),
  ]);
});
