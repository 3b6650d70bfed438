import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { exitCode } from '../../../cli/exit-code.ts';
import { vx11 } from '../fixture.ts';
import { temporaryHome } from '../up/temporary-home.ts';

/** A folder with a stack, whose name needs quoting in YAML and in Compose. */
function installation(): { env: NodeJS.ProcessEnv; home: string; file: string; stack: string } {
  const folder = join(temporaryHome(), 'my $tack: "1"');
  const stack = join(folder, 'stack');
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(stack, 'compose.yml'), 'services: { web: { image: nginx } }\n');
  const home = join(folder, 'home');
  const env = {
    VX11_HOME: home,
    VX11_COMPOSE_FILE: stack,
    VX11_PORT: '8123',
    VX11_DOCKER_SOCKET: '/var/run/docker.sock',
  };
  return { env, home, file: join(folder, 'vx11.yml'), stack };
}

interface Service {
  image: string;
  build?: unknown;
  user: string;
  ports?: { host_ip: string; published: string }[];
  volumes?: { type: string; source: string; target: string; read_only?: boolean }[];
  environment: Record<string, string>;
  tmpfs: string[];
  cap_drop: string[];
  security_opt: string[];
  read_only: boolean;
  healthcheck?: { test: string[] };
}

/** What Compose itself makes of a file; it fails for a file that is not valid. */
const asComposeReads = (file: string): { services: Record<string, Service>; volumes?: object } =>
  JSON.parse(
    execFileSync('docker', ['compose', '-f', file, 'config', '--format', 'json'], {
      encoding: 'utf8',
    }).replaceAll('$$', '$'), // what it prints is a compose file again
  );

const mountsSocket = ({ volumes = [] }: Service): boolean =>
  volumes.some(({ source }) => source.endsWith('docker.sock'));

test('Compose reads the file: one image, nothing to build, and only madre has the socket', async () => {
  const { env, home, file, stack } = installation();
  const done = await vx11(['init', 'compose', file], env);
  expect(done).toMatchObject({ code: exitCode.ok, out: file });
  const { services, volumes } = asComposeReads(file);
  expect(Object.keys(services).toSorted()).toEqual(['madre', 'temporal', 'tentaculo_link']);
  expect(Object.keys(volumes ?? {})).toEqual(['temporal']);
  const all = Object.values(services);
  expect(new Set(all.map(({ image }) => image))).toEqual(new Set(['vx11-complete:local']));
  expect(all.flatMap(({ build }) => build ?? [])).toEqual([]);
  for (const service of all) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.healthcheck?.test.length).toBeGreaterThan(1);
  }
  const { madre, tentaculo_link: gateway, temporal } = services;
  expect([madre!, gateway!, temporal!].map(mountsSocket)).toEqual([true, false, false]);
  const at = ({ volumes: mounts = [] }: Service): string[] => mounts.map(({ source }) => source);
  expect(at(madre!)).toEqual([home, '/var/run/docker.sock', stack]);
  for (const { source, target } of madre!.volumes!) expect(target).toBe(source);
  expect(madre!.volumes![2]).toMatchObject({ source: stack, read_only: true });
  expect(at(gateway!)).toEqual([home]);
  expect(gateway!.tmpfs).toContain(join(home, 'guard'));
  // the commands of vx11 in madre's container, which sees the Engine, reach the gateway
  expect(madre!.environment['VX11_URL']).toBe('http://tentaculo_link:8123');
  expect(gateway!.environment['VX11_ALLOWED_HOSTS']).toBe('tentaculo_link');
  const published = all.flatMap(({ ports = [] }) => ports);
  expect(published).toMatchObject([{ host_ip: '127.0.0.1', published: '8123' }]);
});

test('the token is in a file that only its owner can read, and reaches the gateway alone', async () => {
  const { env, home, file } = installation();
  await vx11(['init', 'compose', file], env);
  const tokens = join(home, 'tokens.env');
  expect(statSync(tokens).mode & 0o777).toBe(0o600);
  const token = readFileSync(tokens, 'utf8').trim().split('=')[1]!;
  const { services } = asComposeReads(file);
  const having = Object.entries(services).filter(([, { environment }]) =>
    Object.values(environment).includes(token),
  );
  expect(having.map(([name]) => name)).toEqual(['tentaculo_link']);
  expect(readFileSync(file, 'utf8')).not.toContain(token);
});

test('a file that exists is replaced by --force alone, and keeps the token', async () => {
  const { env, home, file } = installation();
  await vx11(['init', 'compose', file], env);
  const token = readFileSync(join(home, 'tokens.env'), 'utf8');
  writeFileSync(file, '# mine\n');
  const refused = await vx11(['init', 'compose', file], env);
  expect(refused.code).toBe(exitCode.refused);
  expect(refused.err).toContain(`file_exists: ${file} exists`);
  expect(readFileSync(file, 'utf8')).toBe('# mine\n');
  const forced = await vx11(['init', 'compose', file, '--all-in-one', '--force'], env);
  expect(forced.code).toBe(exitCode.ok);
  expect(readFileSync(join(home, 'tokens.env'), 'utf8')).toBe(token);
  expect(Object.keys(asComposeReads(file).services)).toEqual(['vx11']);
});

test('the file for one container says what it shares with the socket', async () => {
  const { env, file } = installation();
  await vx11(['init', 'compose', file, '--all-in-one'], env);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('The gateway shares this container with the Engine');
  expect(parse(text).services.vx11).toMatchObject({ command: ['vx11', 'up'], init: true });
});

test('without a stack, or where nothing can be written, it says what to do', async () => {
  const { env, file } = installation();
  const none = await vx11(['init', 'compose', file], { ...env, VX11_COMPOSE_FILE: '/nowhere/x' });
  expect(none.code).toBe(exitCode.usage);
  expect(none.err).toContain('set VX11_COMPOSE_FILE to the compose file of your stack');
  const wrong = await vx11(['init', 'compose', file], { ...env, VX11_PORT: 'abc' });
  expect(wrong).toMatchObject({ code: exitCode.usage, err: expect.stringContaining('VX11_PORT') });
  const away = await vx11(['init', 'compose', '/nowhere/vx11.yml'], env);
  expect(away.code).toBe(exitCode.failed);
  expect(away.err).toContain('/nowhere/vx11.yml cannot be written');
});

test('vx11 init alone lists what it can write', async () => {
  const { code, out } = await vx11(['init'], {});
  expect(code).toBe(exitCode.ok);
  for (const kind of ['systemd', 'compose', 'compose --all-in-one']) expect(out).toContain(kind);
});
