import { valueAt, type YamlPath } from '../../patches/yaml-document.ts';
import { textOf } from '../shape/aspect.ts';
import { adoptPair, escapedWords, settingOf, writeSetting } from './adopt.ts';
import { belowService, serviceOf, type Drafted, type Ground } from './ground.ts';

const gone = { because: 'its container is gone' };

export function adoptVariable(ground: Ground): Drafted {
  const [one] = ground.containers;
  if (one === undefined) return gone;
  return adoptPair(settingOf(ground), (name) => {
    const entry = one.Config.Env?.find((pair) => pair.startsWith(`${name}=`));
    return entry === undefined ? null : entry.slice(name.length + 1);
  });
}

export function adoptLabel(ground: Ground): Drafted {
  const [one] = ground.containers;
  return one === undefined
    ? gone
    : adoptPair(settingOf(ground), (name) => one.Config.Labels?.[name] ?? null);
}

export function adoptProcess(ground: Ground): Drafted {
  const [one] = ground.containers;
  if (one === undefined) return gone;
  const key = belowService(ground);
  const { Cmd, Entrypoint, User = '', WorkingDir = '' } = one.Config;
  const live: Record<string, string | string[]> = {
    command: escapedWords(Cmd ?? []),
    entrypoint: escapedWords(Entrypoint ?? []),
    user: User,
    working_dir: WorkingDir,
  };
  const value = live[key];
  if (value === undefined || value.length === 0)
    return { because: 'the container has none, and the file can only say another one' };
  return writeSetting(settingOf(ground), { path: [key], printed: [key], value, prints: value });
}

/** Where a limit may stand: below `deploy`, which counts first, or by its own key. */
const deployed: Readonly<Record<string, YamlPath>> = {
  mem_limit: ['deploy', 'resources', 'limits', 'memory'],
  mem_reservation: ['deploy', 'resources', 'reservations', 'memory'],
  cpus: ['deploy', 'resources', 'limits', 'cpus'],
  pids_limit: ['deploy', 'resources', 'limits', 'pids'],
};

export function adoptLimit(ground: Ground): Drafted {
  const key = belowService(ground);
  const { actual } = ground.finding;
  if (actual === null) return { because: 'a limit is not taken out of the file by a patch' };
  const service = serviceOf(ground);
  const below = deployed[key];
  const isDeployed =
    below !== undefined &&
    ground.sources.some(
      ({ value }) => valueAt(value, ['services', service, ...below]) !== undefined,
    );
  const path = isDeployed ? below : [key];
  const isSize = key.startsWith('mem');
  const value = isSize ? sizeText(Number(actual)) : Number(actual);
  const written = isDeployed && key === 'cpus' ? textOf(value) : value;
  return writeSetting(settingOf(ground), {
    path,
    printed: path.map(String),
    value: written,
    prints: actual,
  });
}

/** Bytes as people write them. */
function sizeText(bytes: number): string | number {
  for (const [unit, size] of [
    ['g', 1024 ** 3],
    ['m', 1024 ** 2],
    ['k', 1024],
  ] as const)
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  return bytes;
}
