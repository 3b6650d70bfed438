import type { Inspected } from '../readout.ts';
import { listOf, mapOf, textOf, type Pair } from './aspect.ts';
import { keyOf } from './networks.ts';

/** Settings of the Engine that no part of the comparison reads, by the key of the file that sets them. */
const unread = {
  links: 'Links',
  storage_opt: 'StorageOpt',
  volume_driver: 'VolumeDriver',
  gpus: 'DeviceRequests',
  oom_kill_disable: 'OomKillDisable',
  cpu_rt_period: 'CpuRealtimePeriod',
  cpu_rt_runtime: 'CpuRealtimeRuntime',
  cpu_count: 'CpuCount',
  cpu_percent: 'CpuPercent',
  annotations: 'Annotations',
  volumes_from: 'VolumesFrom',
  'blkio_config.weight': 'BlkioWeight',
  'blkio_config.weight_device': 'BlkioWeightDevice',
  'blkio_config.device_read_bps': 'BlkioDeviceReadBps',
  'blkio_config.device_read_iops': 'BlkioDeviceReadIOps',
  'blkio_config.device_write_bps': 'BlkioDeviceWriteBps',
  'blkio_config.device_write_iops': 'BlkioDeviceWriteIOps',
} as const;

/** 64 MiB, which the Engine gives to everybody. */
const usualShm = 64 * 1024 ** 2;

const isSet = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some((one) => one !== null && one !== '' && one !== false)
    : value !== undefined && value !== null && value !== '' && value !== 0 && value !== false;

/**
 * What a container has of settings that the file has no more, or may not have: where the comparison looks only at what the file
 * has, and where it does not look at all.
 * @returns their paths below the service; of what the Engine may have chosen itself, too
 */
export function remainsIn(pair: Pair): string[] {
  const { declared, container } = pair;
  const { HostConfig: host, Config: config } = container;
  const found: Record<string, boolean> = {
    ...Object.fromEntries(Object.entries(unread).map(([key, name]) => [key, isSet(host[name])])),
    container_name: !isUsualName(pair),
    hostname: hasOwnHostname(pair),
    shm_size: isSet(host['ShmSize']) && host['ShmSize'] !== usualShm,
    oom_score_adj: isSet(host['OomScoreAdj']),
    runtime: !['', 'runc'].includes(textOf(host['Runtime'])),
    ipc: host['IpcMode'] === 'shareable',
    isolation: !['', 'default'].includes(textOf(host['Isolation'])),
    mac_address: isSet((config as { MacAddress?: string }).MacAddress),
    memswap_limit: hasOwnSwap(container),
    mem_swappiness: isSet(host['MemorySwappiness']) && host['MemorySwappiness'] !== -1,
    ...logRemains(pair),
    expose: hasOwnPorts(pair),
  };
  return [
    ...Object.keys(found).filter(
      (key) => found[key] === true && !isSet(declared[key.split('.', 1)[0]!]),
    ),
    ...proxyRemains(pair),
    ...aliasRemains(pair),
    ...mountRemains(container),
  ];
}

/** As Compose names it: project, service, number. */
const isUsualName = ({ name, stack, container }: Pair): boolean =>
  container.Name.startsWith(`/${stack.name}-${name}-`) ||
  container.Name.startsWith(`/${stack.name}_${name}_`);

/** The Engine takes the first digits of the id, or the name of what the container shares. */
const hasOwnHostname = ({ declared, container: { Id, Config } }: Pair): boolean =>
  !('network_mode' in declared) &&
  declared['uts'] !== 'host' &&
  isSet(Config.Hostname) &&
  !Id.startsWith(Config.Hostname!);

/** Twice the memory is what the Engine gives to everybody. */
function hasOwnSwap({ HostConfig: { Memory = 0, MemorySwap = 0 } }: Inspected): boolean {
  if (!isSet(MemorySwap)) return false;
  return isSet(Memory) ? MemorySwap !== 2 * Number(Memory) : MemorySwap !== -1;
}

/** What the Engine logs with unless somebody says so is its own setting, and not known here. */
function logRemains({ container }: Pair): Record<string, boolean> {
  const { Type, Config } = mapOf(container.HostConfig['LogConfig']);
  return { logging: !['', 'json-file'].includes(textOf(Type)) || isSet(Config) };
}

/** Ports are exposed by the image, too, and by publishing them. */
function hasOwnPorts({ declared, container: { Config }, image }: Pair): boolean {
  const published = listOf(declared['ports'])
    .map(mapOf)
    .map(({ target, protocol }) => `${textOf(target)}/${textOf(protocol) || 'tcp'}`);
  const known = new Set([...Object.keys(image.ExposedPorts ?? {}), ...published]);
  return Object.keys(Config.ExposedPorts ?? {}).some((port) => !known.has(port));
}

/** Compose adds some from the settings of Docker's client. */
const proxyRemains = ({ declared, container }: Pair): string[] =>
  (container.Config.Env ?? [])
    .map((entry) => entry.split('=', 1)[0]!)
    .filter((name) => /^(https?|ftp|no|all)_proxy$/i.test(name))
    .filter((name) => !(name in mapOf(declared['environment'])))
    .map((name) => `environment.${name}`);

/** Each container is known by its service, its name, its host name and the first digits of its id. */
function aliasRemains(pair: Pair): string[] {
  const { name, declared, container } = pair;
  return Object.entries(container.NetworkSettings.Networks ?? {}).flatMap(([network, own]) => {
    const key = keyOf(pair, network);
    const wanted = listOf(mapOf(mapOf(declared['networks'])[key])['aliases']).map(textOf);
    const given = [name, container.Name.replace(/^\//, ''), container.Config.Hostname ?? ''];
    const known = new Set([...given, ...wanted]);
    const aliases = (own?.Aliases ?? []).filter(
      (alias) => !known.has(alias) && !container.Id.startsWith(alias),
    );
    return [
      ...aliases.map((alias) => `networks.${key}.aliases.${alias}`),
      ...(isSet(own?.Links) ? ['links'] : []),
    ];
  });
}

/** Options of mounts, of which the comparison sees those of `tmpfs` only. */
function mountRemains({ HostConfig: host }: Inspected): string[] {
  const kinds = ['BindOptions', 'VolumeOptions', 'ImageOptions'];
  const asked = listOf(host['Mounts'])
    .map(mapOf)
    .filter((one) => kinds.some((name) => hasOptions(mapOf(one[name]))))
    .map(({ Target }) => textOf(Target));
  const short = listOf(host['Binds']).flatMap((bind) => {
    const [, target = '', options = ''] = /^.*?:([^:]*)(?::([^:]*))?$/s.exec(textOf(bind)) ?? [];
    return ['', 'rw', 'ro'].includes(options) ? [] : [target];
  });
  return [...asked, ...short].map((target) => `volumes[${target}]`);
}

/** Compose asks for the missing folder itself. */
const hasOptions = (options: Readonly<Record<string, unknown>>): boolean =>
  isSet({ ...options, CreateMountpoint: false });
