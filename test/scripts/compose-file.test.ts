import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { knownProviders } from '../../activities/routing/catalog/known/known-providers.ts';

const file = join(import.meta.dirname, '../../docker-compose.yml');

test("madre's home has the same path on the host, because the Engine mounts the guard's folder from there", () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { environment, volumes } = services.madre;
  expect(volumes).toContain(`${environment.VX11_HOME}:${environment.VX11_HOME}`);
});

test('hermes, which runs programs for their versions, has no store, no socket, no key of VX11, and no files but its models', () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { hermes } = services;
  expect(Object.keys(hermes.environment).toSorted()).toEqual([
    'HERMES_ALLOW_DOWNLOAD',
    'HF_TOKEN',
    'TEMPORAL_ADDRESS',
    'VX11_BIND',
    'VX11_HOST',
    'VX11_HUB_URL',
    'VX11_LOG_LEVEL',
    'VX11_MODELS_FOLDER',
    'VX11_OLLAMA_URL',
    'VX11_PROGRAMS_MOUNTED',
    'VX11_PROGRAMS_OWN',
  ]);
  expect(hermes.environment.VX11_PROGRAMS_OWN).toBe('image');
  expect(hermes.environment.HERMES_ALLOW_DOWNLOAD).toBe('${HERMES_ALLOW_DOWNLOAD:-off}');
  const folder = hermes.environment.VX11_MODELS_FOLDER;
  expect(hermes.volumes).toEqual([`${folder}:${folder}`]);
  const others = Object.entries<{ volumes?: unknown }>(services).filter(
    ([name]) => name !== 'hermes',
  );
  const mounted = others.map(([, { volumes }]) => volumes);
  expect(JSON.stringify(mounted)).not.toContain('/models');
  expect(hermes).toMatchObject({ read_only: true, cap_drop: ['ALL'], pids_limit: 200 });
  expect(hermes.user).toBeUndefined();
});

test('only switch has keys of providers, its port is on this machine alone, it is no root, and sees little of the home', () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { switch: router } = services;
  expect(router.ports).toEqual(['127.0.0.1:${VX11_SWITCH_PORT:-8002}:8002']);
  expect(router.user).not.toMatch(/^0/);
  expect(router).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  expect(router.volumes).toContainEqual(expect.stringMatching(/^\/dev\/null:.*\/tokens\.env:ro$/));
  const hidden = (router.tmpfs as string[]).map((path) => path.split('/').at(-1));
  expect(hidden).toEqual(expect.arrayContaining(['guard', 'run', 'spawns', 'models']));
  const named = [...knownProviders.values()].flatMap(({ keys }) => keys);
  expect(Object.keys(router.environment)).toEqual(expect.arrayContaining(named));
  const { tentaculo_link: gateway } = services;
  expect(Object.keys(gateway.environment).filter((name) => named.includes(name))).toEqual([]);
});

test('manifestator, which judges facts, has no store, no socket, no key and no files of VX11', () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { manifestator } = services;
  expect(Object.keys(manifestator.environment).toSorted()).toEqual([
    'TEMPORAL_ADDRESS',
    'VX11_BIND',
    'VX11_HOST',
    'VX11_LOG_LEVEL',
  ]);
  expect(manifestator.volumes).toBeUndefined();
  expect(manifestator).toMatchObject({ read_only: true, cap_drop: ['ALL'], pids_limit: 200 });
  expect(manifestator.user).toBeUndefined();
});

test('shubniggurath, which decodes what may be anybody’s, has no store, no socket, no key, and no files but those of audio', () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { shubniggurath } = services;
  const own = ['TEMPORAL_ADDRESS', 'VX11_BIND', 'VX11_HOME', 'VX11_HOST', 'VX11_LOG_LEVEL'];
  expect(Object.keys(shubniggurath.environment).toSorted()).toEqual(own);
  const folder = `${shubniggurath.environment.VX11_HOME}/audio`;
  expect(shubniggurath.volumes).toEqual([`${folder}:${folder}`]);
  expect(shubniggurath).toMatchObject({ read_only: true, cap_drop: ['ALL'], pids_limit: 200 });
  expect(shubniggurath.user).not.toMatch(/^0/);
});
