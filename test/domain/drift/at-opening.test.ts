import { describe, expect, test } from 'vitest';
import { restorationOf } from '../../../domain/drift/at-opening.ts';
import type { Inspected, Readout } from '../../../domain/drift/readout.ts';
import { labelOf } from '../../../domain/drift/compact.ts';
import { readoutOf, recordedStacks } from './recorded.ts';

const stacks = recordedStacks();
const idsIn = ({ networks }: Readout): Set<string> => new Set(networks.values());
const of = (readout: Readout, service: string): Inspected[] =>
  readout.containers.filter((one) => labelOf(one, 'service') === service);

test('containers of stacks that nobody touched start as they are', () => {
  const found = stacks.flatMap((stack) => {
    const readout = readoutOf(stack, 'stopped');
    return Object.keys(readout.declared.services).flatMap((name) => {
      const { paths } = restorationOf(name, readout.declared, of(readout, name), idsIn(readout));
      return paths.map((path) => `${stack.title}: ${path}`);
    });
  });
  expect(found).toEqual([]);
});

/** Some service with a network, and its first container. */
const stack = stacks.find(({ title }) => title.startsWith('environment from a map'))!;
type Settings = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any
const after = (change: (settings: Settings) => void) => {
  const readout = readoutOf(structuredClone(stack), 'stopped');
  const containers = of(readout, 'map');
  change(containers[0] as unknown as Settings);
  return restorationOf('map', readout.declared, containers, idsIn(readout));
};
const networkIn = ({ NetworkSettings }: Settings): string =>
  Object.keys(NetworkSettings['Networks'] as object)[0]!;

describe('before a start', () => {
  test('a network that was taken away comes back, with its names', () => {
    const { operations, recreate, paths } = after((settings) => {
      settings['NetworkSettings'].Networks = {};
    });
    expect(paths).toEqual(['services.map.networks.default']);
    expect(recreate).toBe(false);
    expect(operations).toMatchObject([{ op: 'connect_network', aliases: ['map'] }]);
  });
  test('a name that was lost comes back', () => {
    const { operations, paths } = after((settings) => {
      settings['NetworkSettings'].Networks[networkIn(settings)].Aliases = [];
    });
    expect(paths).toEqual(['services.map.networks.default.aliases.map']);
    expect(operations.map(({ op }) => op)).toEqual(['disconnect_network', 'connect_network']);
  });
  test('a limit that the file does not have takes a new container: none can be taken away', () => {
    const found = after((settings) => void (settings['HostConfig'].Memory = 64 * 1024 ** 2));
    expect(found).toEqual({ operations: [], recreate: true, paths: ['services.map.mem_limit'] });
  });
  test('a network that is another one by the same name takes a new container', () => {
    const found = after((settings) => {
      settings['NetworkSettings'].Networks[networkIn(settings)].NetworkID = 'f'.repeat(64);
    });
    expect(found).toMatchObject({ operations: [], recreate: true });
  });
});
