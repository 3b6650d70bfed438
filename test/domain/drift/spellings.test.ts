import { expect, test } from 'vitest';
import type { Inspected } from '../../../domain/drift/readout.ts';
import { differencesIn } from '../../../domain/drift/shape/differences.ts';
import { process } from '../../../domain/drift/shape/process.ts';
import { rest } from '../../../domain/drift/shape/rest.ts';

/** Differences of a service of the file and a container with these settings. */
const between = (declared: object, config: object, host: object = {}) =>
  differencesIn([process, rest], {
    name: 'web',
    declared: { ...declared },
    stack: { name: 'shop', services: {} },
    container: { Name: '/shop-web-1', Config: config, HostConfig: host } as unknown as Inspected,
    image: {},
    seal: (value) => value,
    sharedWith: () => null,
  }).map(({ path, expected, actual }) => `${path}: ${expected} → ${actual}`);

test.each([
  ['/srv/./app/', '/srv/app'],
  ['/srv//app/../web', '/srv/web'],
  ['/', '/'],
])('the folder %s is %s', (working_dir, WorkingDir) => {
  expect(between({ working_dir }, { WorkingDir })).toEqual([]);
  expect(between({ working_dir }, { WorkingDir: '/other' })).toHaveLength(1);
});

test.each<[unknown, number, number]>([
  [{}, 0, 0],
  [{ soft: 10 }, 10, 0],
  [{ hard: 10 }, 0, 10],
  [20, 20, 20],
])('the limit of processes %j is %i and %i', (core, Soft, Hard) => {
  const Ulimits = [{ Name: 'core', Soft, Hard }];
  expect(between({ ulimits: { core } }, {}, { Ulimits })).toEqual([]);
  expect(
    between({ ulimits: { core } }, {}, { Ulimits: [{ ...Ulimits[0], Hard: 7 }] }),
  ).toHaveLength(1);
});
