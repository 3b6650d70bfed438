import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '../../docker-compose.yml');

test("madre's home has the same path on the host, because the Engine mounts the guard's folder from there", () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { environment, volumes } = services.madre;
  expect(volumes).toContain(`${environment.VX11_HOME}:${environment.VX11_HOME}`);
});

test('hermes, which runs programs for their versions, has no store, no socket, no key and no files of VX11', () => {
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true });
  const { hermes } = services;
  expect(Object.keys(hermes.environment).toSorted()).toEqual([
    'TEMPORAL_ADDRESS',
    'VX11_BIND',
    'VX11_HOST',
    'VX11_LOG_LEVEL',
    'VX11_PROGRAMS_MOUNTED',
    'VX11_PROGRAMS_OWN',
  ]);
  expect(hermes.environment.VX11_PROGRAMS_OWN).toBe('image');
  expect(hermes.volumes).toBeUndefined();
  expect(hermes).toMatchObject({ read_only: true, cap_drop: ['ALL'], pids_limit: 200 });
  expect(hermes.user).toBeUndefined();
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
