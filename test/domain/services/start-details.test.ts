import { expect, test } from 'vitest';
import { composeConfig } from '../../../contracts/compose.ts';
import { catalogContent } from '../../../domain/services/catalog.ts';
import { startDetails, startNeeds } from '../../../domain/services/start-details.ts';

/** In the format of `docker compose config`. */
const config = composeConfig.parse({
  name: 'shop',
  services: {
    app: {
      configs: [
        { source: 'inline', target: '/etc/app.conf', uid: '1000', gid: '1001', mode: '0440' },
        { source: 'inline' },
        { source: 'mounted' },
      ],
      secrets: [{ source: 'key' }, { source: 'key', target: 'short' }, { source: 'included' }],
      post_start: [
        {
          command: ['sh', '-c', 'echo $$A'],
          user: 'root',
          privileged: true,
          working_dir: '/tmp',
          environment: { A: 'x$$y', FROM_HOST: null },
        },
      ],
    },
    plain: { secrets: [{ source: 'mounted' }] },
    stopping: { pre_stop: [{ command: ['true'] }] },
  },
  configs: { inline: { content: 'price=$$5\n' }, mounted: { file: '/etc/hosts' } },
  secrets: {
    key: { environment: 'APP_KEY' },
    included: { content: 'hush' },
    mounted: { file: '/etc/hosts' },
  },
});

test('copied files have their target, owner and mode, and single dollars', () => {
  const common = { uid: '', gid: '', mode: 0o444 };
  const text = { content: 'price=$5\n' };
  expect(startDetails(config).get('app')?.files).toEqual([
    {
      kind: 'secret',
      name: 'key',
      target: '/run/secrets/key',
      from: { variable: 'APP_KEY' },
      ...common,
    },
    {
      kind: 'secret',
      name: 'key',
      target: '/run/secrets/short',
      from: { variable: 'APP_KEY' },
      ...common,
    },
    {
      kind: 'secret',
      name: 'included',
      target: '/run/secrets/included',
      from: { content: 'hush' },
      ...common,
    },
    {
      kind: 'config',
      name: 'inline',
      target: '/etc/app.conf',
      from: text,
      uid: '1000',
      gid: '1001',
      mode: 0o440,
    },
    { kind: 'config', name: 'inline', target: '/inline', from: text, ...common },
  ]);
});

test('hooks have their command, user and environment', () => {
  expect(startDetails(config).get('app')?.post_start).toEqual([
    {
      command: ['sh', '-c', 'echo $A'],
      user: 'root',
      privileged: true,
      working_dir: '/tmp',
      environment: ['A=x$y', 'FROM_HOST'],
    },
  ]);
});

test('the catalog lists the kinds of start details, without their content', () => {
  const { services } = catalogContent(config, new Map());
  const needs = Object.fromEntries(services.map(({ name, at_start }) => [name, at_start]));
  expect(needs).toEqual({ app: ['files', 'post_start'], plain: undefined, stopping: ['pre_stop'] });
  expect(JSON.stringify(services)).not.toMatch(/hush|price|APP_KEY|echo/);
  expect(startNeeds(startDetails(config).get('plain')!)).toEqual([]);
});
