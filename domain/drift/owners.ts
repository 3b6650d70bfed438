/**
 * Who decides a setting of a container. Only what the file owns, or the image where the file is silent, can drift; `both` is the
 * file's where it says something, else the image's.
 */
export type Owner = 'file' | 'both' | 'vx11' | 'engine';

const words = (text: string): string[] => text.trim().split(/\s+/);

const owned = (owner: Owner, place: string, keys: string): [string, Owner][] =>
  words(keys).map((key) => [place === '' ? key : `${place}.${key}`, owner]);

/** Each key of an inspected container, with its owner. A test holds it against what an Engine says. */
export const owners: ReadonlyMap<string, Owner> = new Map([
  ...owned(
    'engine',
    '',
    'Id Created Path Args ResolvConfPath HostnamePath HostsPath LogPath RestartCount Driver Platform MountLabel ' +
      'ProcessLabel AppArmorProfile ExecIDs GraphDriver SizeRw SizeRootFs ImageManifestDescriptor Storage',
  ),
  ...owned('file', '', 'Name'),
  ...owned('both', '', 'Image Mounts'),
  // running or not is for windows to decide
  ...owned('vx11', '', 'State'),
  ...owned(
    'both',
    'Config',
    'Env Cmd Entrypoint Labels User WorkingDir StopSignal Volumes Healthcheck',
  ),
  ...owned('both', 'Config', 'ExposedPorts Shell OnBuild ArgsEscaped'),
  ...owned('file', 'Config', 'Domainname Tty OpenStdin Image StopTimeout NetworkDisabled'),
  ...owned(
    'engine',
    'Config',
    'Hostname AttachStdin AttachStdout AttachStderr StdinOnce MacAddress',
  ),
  ...owned(
    'file',
    'HostConfig',
    'Binds PortBindings NetworkMode VolumesFrom CapAdd CapDrop Dns DnsOptions DnsSearch ExtraHosts GroupAdd Links ' +
      'PidMode Privileged ReadonlyRootfs SecurityOpt UTSMode UsernsMode IpcMode Init Mounts Tmpfs Sysctls Ulimits ' +
      'Memory MemoryReservation NanoCpus CpuShares CpuQuota CpuPeriod CpusetCpus CpusetMems PidsLimit Devices ' +
      'DeviceCgroupRules DeviceRequests BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps ' +
      'BlkioDeviceReadIOps BlkioDeviceWriteIOps OomKillDisable CgroupParent StorageOpt Annotations',
  ),
  // the file's where it spells them out
  ...owned(
    'engine',
    'HostConfig',
    'ContainerIDFile LogConfig AutoRemove VolumeDriver CgroupnsMode Cgroup OomScoreAdj PublishAllPorts ShmSize Runtime ' +
      'ConsoleSize Isolation CpuRealtimePeriod CpuRealtimeRuntime KernelMemory KernelMemoryTCP MemorySwap ' +
      'MemorySwappiness CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth MaskedPaths ReadonlyPaths',
  ),
  ...owned('vx11', 'HostConfig', 'RestartPolicy'),
  ...owned('file', 'NetworkSettings.Networks', 'NetworkID Aliases IPAMConfig Links DriverOpts'),
  ...owned(
    'engine',
    'NetworkSettings.Networks',
    'EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen MacAddress DNSNames GwPriority',
  ),
  ...owned(
    'engine',
    'NetworkSettings',
    'Bridge SandboxID HairpinMode LinkLocalIPv6Address LinkLocalIPv6PrefixLen Ports SandboxKey SecondaryIPAddresses ' +
      'SecondaryIPv6Addresses EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen ' +
      'IPv6Gateway MacAddress',
  ),
]);

/** The keys of an inspected container, in the form of the table. */
export function keysOf(container: object): string[] {
  const parts = container as Record<string, object | null>;
  const networks = Object.values(
    (parts['NetworkSettings'] as { Networks?: Record<string, object | null> } | null)?.Networks ??
      {},
  );
  const below = (place: string, part: object | null | undefined): string[] =>
    Object.keys(part ?? {})
      .filter((key) => place !== 'NetworkSettings' || key !== 'Networks')
      .map((key) => `${place}.${key}`);
  const whole = ['Config', 'HostConfig', 'NetworkSettings'];
  return [
    ...Object.keys(parts).filter((key) => !whole.includes(key)),
    ...whole.flatMap((place) => below(place, parts[place])),
    ...networks.flatMap((network) => below('NetworkSettings.Networks', network)),
  ];
}
