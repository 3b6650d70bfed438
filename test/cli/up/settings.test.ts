import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gatewayProgram, madreProgram, temporalProgram } from '../../../cli/up/programs.ts';
import { hostNameOf, readSettings } from '../../../cli/up/settings.ts';

const repository = join(import.meta.dirname, '../../..');
const read = (env: NodeJS.ProcessEnv = {}) => readSettings(env, repository);

test('an empty environment gives a complete stack on loopback addresses, with its home in the repository', () => {
  const settings = read();
  expect(settings.home).toBe(join(repository, '.vx11'));
  expect(settings.ownStack).toBe(true);
  expect(settings.env).toMatchObject({
    VX11_HOST: hostname(),
    VX11_STORE_URL: `sqlite:${join(repository, '.vx11/vx11.db')}`,
    VX11_COMPOSE_FILE: join(repository, 'docker-compose.yml'),
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    VX11_TEMPORAL_ADDRESS: 'host.docker.internal:7233',
  });
  expect(temporalProgram(settings)?.args).toContain('127.0.0.1');
});

test("a user's own compose file is never VX11's own stack", () => {
  const settings = read({ VX11_COMPOSE_FILE: '/somewhere/compose.yml' });
  expect(settings.composeFile).toBe('/somewhere/compose.yml');
  expect(settings.ownStack).toBe(false);
});

test('with TEMPORAL_ADDRESS set, no server is started and containers call that address directly', () => {
  const settings = read({ TEMPORAL_ADDRESS: 'temporal.example:7233' });
  expect(temporalProgram(settings)).toBeUndefined();
  expect(settings.env['VX11_TEMPORAL_ADDRESS']).toBe('temporal.example:7233');
});

test("the gateway gets no provider's API key, and madre gets the whole environment for Compose", () => {
  const settings = read({ PROVIDER_API_KEY: 'secret', PATH: '/bin' });
  expect(gatewayProgram(settings, 'a token').env).not.toHaveProperty('PROVIDER_API_KEY');
  expect(gatewayProgram(settings, 'a token').env).toMatchObject({
    PATH: '/bin',
    VX11_HOST: hostname(),
    VX11_TOKEN: 'a token',
  });
  expect(madreProgram(settings).env).toHaveProperty('PROVIDER_API_KEY', 'secret');
});

test.each([
  ['VX11_PORT', 'many'],
  ['VX11_TEMPORAL_PORT', '70000'],
  ['VX11_HOST', 'a b'],
  ['VX11_TOKEN', 'short'],
  ['TEMPORAL_ADDRESS', 'nowhere'],
])('an error about an invalid %s names it', (name, value) =>
  expect(() => read({ [name]: value })).toThrow(name),
);

test.each([
  ['vm', 'vm'],
  ['Ana’s Mac.local', 'Ana-s-Mac.local'],
  ['-', 'local'],
])('the machine name %s becomes the host name %s', (name, host) =>
  expect(hostNameOf(name)).toBe(host),
);

test("Temporal's memory is bounded, and the user's own settings of Go take precedence", () => {
  const started = temporalProgram(read())!;
  expect(started.env).toMatchObject({ GOGC: '50' });
  expect(started.args).toContain('history.hostLevelCacheMaxSize=64');
  const own = { GOGC: '25', GOMEMLIMIT: '80MiB' };
  expect(temporalProgram(read(own))?.env).toMatchObject(own);
});
