import { describe, expect, test } from 'vitest';
import type { DriftKind } from '../../../contracts/drift.ts';
import { after, named, type Change } from './changed-container.ts';

const environment = 'environment from a map, a list and files';
const networks = 'several networks with aliases and priorities';

describe('what surrounds a container was changed by hand', () => {
  test.each<[string, DriftKind, string, string, string, Change]>([
    [
      'a network',
      'network_missing',
      'services.app.networks.back',
      networks,
      'app',
      ({ NetworkSettings: own }) => void delete own.Networks['vx11-recorded_back'],
    ],
    [
      'a network more',
      'network_extra',
      'services.db.networks.front',
      networks,
      'db',
      ({ NetworkSettings: own }) =>
        void (own.Networks['vx11-recorded_front'] = {
          NetworkID: own.Networks['vx11-recorded_back'].NetworkID,
          Aliases: [],
        }),
    ],
    [
      'a name on a network',
      'alias_lost',
      'services.app.networks.front.aliases.www',
      networks,
      'app',
      ({ NetworkSettings: own }) =>
        void (own.Networks['vx11-recorded_front'].Aliases = ['app', 'web']),
    ],
    [
      'a network that was removed',
      'network_gone',
      'services.db.networks.back',
      networks,
      'db',
      ({ NetworkSettings: own }) =>
        void (own.Networks['vx11-recorded_back'].NetworkID = 'f'.repeat(64)),
    ],
    [
      'the container whose network it has',
      'namespace_parent_gone',
      'services.app.network_mode',
      'the network of another service',
      'app',
      ({ HostConfig }) => void (HostConfig.NetworkMode = `container:${'e'.repeat(64)}`),
    ],
    [
      'the memory limit',
      'limits_changed',
      'services.legacy.mem_limit',
      'resources',
      'legacy',
      ({ HostConfig }) => void (HostConfig.Memory = 1024 ** 3),
    ],
    [
      'the limit of CPUs',
      'limits_changed',
      'services.deployed.cpus',
      'resources',
      'deployed',
      ({ HostConfig }) => void (HostConfig.NanoCpus = 0),
    ],
    [
      'the limit of processes',
      'limits_changed',
      'services.limits.pids_limit',
      'resources',
      'limits',
      ({ HostConfig }) => void (HostConfig.PidsLimit = 7),
    ],
    [
      'a port',
      'ports_changed',
      'services.short.ports.8080/tcp',
      'ports of every form',
      'short',
      ({ HostConfig }) =>
        void (HostConfig.PortBindings['8080/tcp'] = [{ HostIp: '127.0.0.1', HostPort: '1' }]),
    ],
    [
      'a port that is open to all',
      'port_exposed',
      'services.long.ports.80/tcp',
      'ports of every form',
      'long',
      ({ HostConfig }) =>
        void (HostConfig.PortBindings['80/tcp'] = [{ HostIp: '', HostPort: '80' }]),
    ],
    [
      'a capability',
      'privilege_gained',
      'services.caps.cap_add.SYS_ADMIN',
      'capabilities and security options',
      'caps',
      ({ HostConfig }) => void HostConfig.CapAdd.push('SYS_ADMIN'),
    ],
    [
      'all rights',
      'privilege_gained',
      'services.caps.privileged',
      'capabilities and security options',
      'caps',
      ({ HostConfig }) => void (HostConfig.Privileged = true),
    ],
    [
      'a security option that is gone',
      'privilege_gained',
      'services.caps.security_opt.no-new-privileges=true',
      'capabilities and security options',
      'caps',
      ({ HostConfig }) => void (HostConfig.SecurityOpt = []),
    ],
    [
      'the processes of the host',
      'privilege_gained',
      'services.caps.pid',
      'capabilities and security options',
      'caps',
      ({ HostConfig }) => void (HostConfig.PidMode = 'host'),
    ],
    [
      'the health check',
      'healthcheck_changed',
      'services.command.healthcheck.retries',
      'health checks of every form',
      'command',
      ({ Config }) => void (Config.Healthcheck.Retries = 9),
    ],
    [
      'the stop signal',
      'definition_changed',
      'services.app.stop_signal',
      'stop and logging settings',
      'app',
      ({ Config }) => void (Config.StopSignal = 'SIGKILL'),
    ],
    [
      'an option of its log',
      'definition_changed',
      'services.app.logging.options.max-size',
      'stop and logging settings',
      'app',
      ({ HostConfig }) => void (HostConfig.LogConfig.Config['max-size'] = '9m'),
    ],
    [
      'a limit of open files',
      'definition_changed',
      'services.limits.ulimits.nofile',
      'resources',
      'limits',
      ({ HostConfig }) =>
        void (HostConfig.Ulimits = HostConfig.Ulimits.filter(
          (one: { Name: string }) => one.Name !== 'nofile',
        )),
    ],
    [
      'the image',
      'image_moved',
      'services.map.image',
      environment,
      'map',
      (all) => void (all.Image = `sha256:${'a'.repeat(64)}`),
    ],
    [
      'another name of an image',
      'definition_changed',
      'services.map.image',
      environment,
      'map',
      ({ Config }) => void (Config.Image = 'other:1'),
    ],
    [
      'its definition in other words',
      'definition_respelled',
      'services.map',
      environment,
      'map',
      ({ Config }) => void (Config.Labels['com.docker.compose.config-hash'] = 'b'.repeat(64)),
    ],
  ])('%s', (_, kind, path, title, service, change) => {
    expect(named(after(title, service, change))).toEqual([[kind, path]]);
  });
});
