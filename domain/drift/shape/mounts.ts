import { eachOf, listOf, mapOf, textOf, type Aspect, type Pair } from './aspect.ts';
import type { DeclaredFile, InspectedMount } from '../readout.ts';

const clean = (path: string): string => path.replace(/(\/\.?)+$/, '') || '/';
const mode = (isReadOnly: boolean): string => (isReadOnly ? 'read-only' : 'writable');

/** What is mounted, by its place in the container. The Engine lists mounts in another order each time. */
export const mounts: Aspect = {
  compares: [
    ...['type', 'source', 'target', 'read_only', 'tmpfs.size', 'tmpfs.mode'].map(
      (key) => `volumes[].${key}`,
    ),
    'tmpfs',
    'tmpfs[]',
    'secrets[].source',
    'secrets[].target',
    'configs[].source',
    'configs[].target',
  ],
  overlooks({ place, entry }, declared, stack) {
    // what comes from other containers looks like what the file has no more
    if (listOf(declared['volumes_from']).length > 0) return true;
    if (place === 'volumes[].source') return !['bind', 'volume'].includes(textOf(entry['type']));
    const kind = /^(secrets|configs)/.exec(place)?.[0] as 'secrets' | 'configs' | undefined;
    // only those of files are mounted
    return kind !== undefined && (stack[kind]?.[textOf(entry['source'])]?.file ?? '') === '';
  },
  expected(pair) {
    const { declared, image } = pair;
    const anonymous = Object.keys(image.Volumes ?? {}).map((target) => [
      target,
      volumeText('', false),
    ]);
    const temporary = [declared['tmpfs'] ?? []]
      .flat()
      .map((one) => /^([^:]*):?(.*)$/s.exec(textOf(one))!)
      .map(([, target, options]) => [target!, temporaryText(options!)]);
    const all = [
      ...anonymous,
      ...listOf(declared['volumes']).map((one) => mountOf(pair, mapOf(one))),
      ...fileMounts(listOf(declared['secrets']), pair.stack.secrets, '/run/secrets/'),
      ...fileMounts(listOf(declared['configs']), pair.stack.configs, '/'),
      ...temporary,
    ];
    // Compose leaves out how they are mounted
    const others = listOf(declared['volumes_from'])
      .map((one) => textOf(one).split(':'))
      .map(([first, second]) =>
        first === 'container' ? `container:${second}` : `service:${first}`,
      );
    return {
      ...Object.fromEntries(all.map(([target, text]) => [`volumes.${clean(target!)}`, text!])),
      ...eachOf('volumes_from', others),
    };
  },
  actual(pair) {
    const { container, declared } = pair;
    const temporary = Object.entries(mapOf(container.HostConfig['Tmpfs'])).map(
      ([target, options]) => [target, temporaryText(textOf(options))] as const,
    );
    const asked = listOf(container.HostConfig['Mounts']).map(mapOf);
    const all = (container.Mounts ?? []).map(
      (one) => [one.Destination, textOfMount(one, asked)] as const,
    );
    const found = Object.fromEntries(
      [...all, ...temporary].map(([target, text]) => [`volumes.${clean(target)}`, text]),
    );
    if (listOf(declared['volumes_from']).length === 0) return found;
    // what comes from other containers is theirs
    const own = mounts.expected(pair);
    const others = listOf(container.HostConfig['VolumesFrom']).map((one) => {
      const [id = ''] = textOf(one).split(':');
      return pair.sharedWith(id) ?? `container:${id}`;
    });
    return {
      ...Object.fromEntries(Object.entries(found).filter(([leaf]) => leaf in own)),
      ...eachOf('volumes_from', others),
    };
  },
};

/** The order of its options does not count. */
const temporaryText = (options: string): string =>
  ['tmpfs', ...options.split(',').filter(Boolean).toSorted()].join(', ');
/** @param size in bytes @param rights as one decimal number, as Compose and the Engine have it */
const sizedText = (size: unknown, rights: unknown): string =>
  temporaryText(
    Object.entries({ size: textOf(size), mode: textOf(rights) })
      .flatMap(([name, value]) => (Number(value) > 0 ? [`${name}=${value}`] : []))
      .join(','),
  );

const volumeText = (name: string, isReadOnly: boolean): string =>
  `${name === '' ? 'anonymous volume' : `volume ${name}`}, ${mode(isReadOnly)}`;

function mountOf({ stack }: Pair, one: Readonly<Record<string, unknown>>): [string, string] {
  const [type, source, target] = [one['type'], one['source'], one['target']].map(textOf);
  const isReadOnly = one['read_only'] === true;
  if (type === 'bind') return [target!, `bind ${clean(source!)}, ${mode(isReadOnly)}`];
  const { size, mode: rights } = mapOf(one['tmpfs']);
  if (type === 'tmpfs') return [target!, sizedText(size, rights)];
  if (type !== 'volume') return [target!, type!];
  const name = source === '' ? '' : (stack.volumes?.[source!]?.name ?? source!);
  return [target!, volumeText(name, isReadOnly)];
}

/** Configs and secrets of files are mounted; those with content are copied. */
function fileMounts(
  references: readonly unknown[],
  objects: Readonly<Record<string, DeclaredFile>> | undefined,
  folder: string,
): [string, string][] {
  return references.flatMap((reference): [string, string][] => {
    const { source, target } = mapOf(reference);
    const file = objects?.[textOf(source)]?.file ?? '';
    if (file === '') return [];
    const named = textOf(target) || textOf(source);
    return [[named.startsWith('/') ? named : folder + named, `bind ${clean(file)}, read-only`]];
  });
}

/** @param asked the mounts in the form that has options */
function textOfMount(
  { Type, Name = '', Source, RW, Destination }: InspectedMount,
  asked: readonly Readonly<Record<string, unknown>>[],
): string {
  if (Type === 'bind') return `bind ${clean(Source)}, ${mode(!RW)}`;
  if (Type === 'tmpfs') {
    const one = asked.find(({ Target }) => clean(textOf(Target)) === clean(Destination));
    const { SizeBytes, Mode } = mapOf(one?.['TmpfsOptions']);
    return sizedText(SizeBytes, Mode);
  }
  if (Type !== 'volume') return Type;
  return volumeText(/^[\da-f]{64}$/.test(Name) ? '' : Name, !RW);
}

/** What of the host is mounted into a container. */
export interface BoundFile {
  /** `volumes./target` */
  path: string;
  source: string;
  of: 'bind' | 'secret' | 'config';
  read_only: boolean;
}

/** The binds of a service, and what the file calls each. */
export function bindsOf(pair: Pair): BoundFile[] {
  const { declared, stack } = pair;
  const targets = (key: 'secrets' | 'configs', folder: string): Set<string> =>
    new Set(
      fileMounts(listOf(declared[key]), stack[key], folder).map(([one]) => `volumes.${clean(one)}`),
    );
  const [secrets, configs] = [targets('secrets', '/run/secrets/'), targets('configs', '/')];
  return Object.entries(mounts.expected(pair)).flatMap(([path, text]): BoundFile[] => {
    const found = /^bind (.*), (read-only|writable)$/.exec(text);
    if (found === null) return [];
    const of = secrets.has(path) ? 'secret' : configs.has(path) ? 'config' : 'bind';
    return [{ path, source: found[1]!, of, read_only: found[2] === 'read-only' }];
  });
}
