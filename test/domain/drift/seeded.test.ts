import { describe, expect, test } from 'vitest';
import type { DriftKind } from '../../../contracts/drift.ts';
import { after, named, type Change } from './changed-container.ts';

const environment = 'environment from a map, a list and files';
const mounts = 'named and anonymous volumes and bind mounts in short form';

describe('a container that was changed by hand is named with the kind and the field', () => {
  test.each<[string, DriftKind, string, string, string, Change]>([
    [
      'a variable',
      'env_changed',
      'services.map.environment.TEXT',
      environment,
      'map',
      ({ Config }) =>
        void (Config.Env = Config.Env.map((one: string) =>
          one.startsWith('TEXT=') ? 'TEXT=other' : one,
        )),
    ],
    [
      'a variable that is gone',
      'env_changed',
      'services.map.environment.EMPTY',
      environment,
      'map',
      ({ Config }) => void (Config.Env = Config.Env.filter((one: string) => one !== 'EMPTY=')),
    ],
    [
      'a variable of nobody',
      'env_changed',
      'services.list.environment.ADDED',
      environment,
      'list',
      ({ Config }) => void Config.Env.push('ADDED=1'),
    ],
    [
      'a variable of an env file',
      'env_changed',
      'services.files.environment.B',
      environment,
      'files',
      ({ Config }) =>
        void (Config.Env = Config.Env.map((one: string) => (one.startsWith('B=') ? 'B=x' : one))),
    ],
    [
      'the command',
      'command_changed',
      'services.map.command',
      environment,
      'map',
      ({ Config }) => void (Config.Cmd = ['sleep', '1']),
    ],
    [
      'the entry point',
      'command_changed',
      'services.list.entrypoint',
      'command and entrypoint as text and as lists',
      'list',
      ({ Config }) => void (Config.Entrypoint = ['bash', '-c']),
    ],
    [
      'the user',
      'user_changed',
      'services.text.user',
      'command and entrypoint as text and as lists',
      'text',
      ({ Config }) => void (Config.User = ''),
    ],
    [
      'the folder',
      'user_changed',
      'services.text.working_dir',
      'command and entrypoint as text and as lists',
      'text',
      ({ Config }) => void (Config.WorkingDir = '/'),
    ],
    [
      'a label',
      'labels_changed',
      'services.named.labels.a',
      'names and labels',
      'named',
      ({ Config }) => void (Config.Labels.a = '2'),
    ],
    [
      'a mount',
      'mounts_changed',
      'services.app.volumes./data',
      mounts,
      'app',
      ({ Mounts }) =>
        void (Mounts.find((one: { Destination: string }) => one.Destination === '/data').RW = true),
    ],
    [
      'a mount that is gone',
      'mounts_changed',
      'services.app.volumes./named',
      mounts,
      'app',
      (all) =>
        void (all.Mounts = all.Mounts.filter(
          (one: { Destination: string }) => one.Destination !== '/named',
        )),
    ],
    [
      'the container whose volumes it has',
      'definition_changed',
      `services.app.volumes_from.container:${'f'.repeat(64)}`,
      'volumes of another service',
      'app',
      ({ HostConfig }) => void HostConfig.VolumesFrom.push('f'.repeat(64)),
    ],
    [
      'an option of a mounted tmpfs',
      'mounts_changed',
      'services.app.volumes./fast',
      'mounts in long form',
      'app',
      ({ HostConfig }) =>
        void (HostConfig.Mounts.find(
          ({ Target }: { Target: string }) => Target === '/fast',
        ).TmpfsOptions.SizeBytes = 1),
    ],
    [
      'an address on a network',
      'definition_changed',
      'services.app.networks.fixed.ipv4_address',
      'fixed addresses and a MAC address',
      'app',
      ({ NetworkSettings }) =>
        void (NetworkSettings.Networks['vx11-recorded_fixed'].IPAMConfig.IPv4Address = '10.1.1.1'),
    ],
    [
      'the Engine’s socket',
      'privilege_gained',
      'services.app.volumes./s',
      mounts,
      'app',
      ({ Mounts }) =>
        void Mounts.push({
          Type: 'bind',
          Source: '/var/run/docker.sock',
          Destination: '/s',
          RW: true,
        }),
    ],
  ])('%s', (_, kind, path, title, service, change) => {
    expect(named(after(title, service, change))).toEqual([[kind, path]]);
  });

  test('made by another release of Compose, it is one remark for the stack', () => {
    const change: Change = ({ Config }) => {
      Config.Labels['com.docker.compose.config-hash'] = 'b'.repeat(64);
      Config.Labels['com.docker.compose.version'] = '2.20.0';
    };
    const found = after(environment, 'map', change);
    expect(found.map(({ kind, path, state }) => [kind, path, state])).toEqual([
      ['definition_respelled', 'stack', 'info'],
    ]);
  });

  test('two things at once are two findings', () => {
    const found = after(environment, 'map', ({ Config, HostConfig }) => {
      Config.Cmd = ['sleep', '1'];
      HostConfig.Memory = 1;
    });
    expect(named(found).toSorted(([one], [other]) => one.localeCompare(other))).toEqual([
      ['command_changed', 'services.map.command'],
      ['limits_changed', 'services.map.mem_limit'],
    ]);
  });

  test('no value of a variable is in a finding', () => {
    const found = after(
      environment,
      'map',
      ({ Config }) => void (Config.Env = ['TEXT=hidden words']),
    );
    expect(found.length).toBeGreaterThan(1);
    for (const { expected, actual } of found) {
      if (expected !== null) expect(expected).toMatch(/^sealed /);
      if (actual !== null) expect(actual).toMatch(/^sealed /);
    }
  });
});

describe('while the service sleeps', () => {
  const older: Change = ({ Config }) => {
    Config.Cmd = ['sleep', '1'];
    Config.Labels['com.docker.compose.config-hash'] = 'b'.repeat(64);
  };
  test('a changed definition is pending: its next opening makes it right', () => {
    const [one, ...more] = after(environment, 'map', older, false);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ kind: 'command_changed', state: 'pending' });
    expect(after(environment, 'map', older, true)[0]!.state).toBe('drift');
  });
  test('what the definition does not show is drift all the same', () => {
    const limit: Change = ({ HostConfig }) => void (HostConfig.Memory = 1);
    expect(after(environment, 'map', limit, false)[0]).toMatchObject({ state: 'drift' });
    const off: Change = ({ NetworkSettings: own }) => void (own.Networks = {});
    expect(after(environment, 'map', off, false)[0]).toMatchObject({
      kind: 'network_missing',
      state: 'drift',
    });
  });
});
