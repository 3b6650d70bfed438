import { listOf, mapOf, textOf, type Aspect, type Pair } from './aspect.ts';
import type { DeclaredFile, InspectedMount } from '../readout.ts';

const clean = (path: string): string => path.replace(/(\/\.?)+$/, '') || '/';
const mode = (isReadOnly: boolean): string => (isReadOnly ? 'read-only' : 'writable');

/** What is mounted, by its place in the container. The Engine lists mounts in another order each time. */
export const mounts: Aspect = {
  keys: ['volumes', 'tmpfs', 'secrets', 'configs', 'volumes_from'],
  expected(pair) {
    const { declared, image } = pair;
    const anonymous = Object.keys(image.Volumes ?? {}).map((target) => [
      target,
      volumeText('', false),
    ]);
    const temporary = [declared['tmpfs'] ?? []]
      .flat()
      .map((one) => [textOf(one).split(':')[0]!, 'tmpfs']);
    const all = [
      ...anonymous,
      ...listOf(declared['volumes']).map((one) => mountOf(pair, mapOf(one))),
      ...fileMounts(listOf(declared['secrets']), pair.stack.secrets, '/run/secrets/'),
      ...fileMounts(listOf(declared['configs']), pair.stack.configs, '/'),
      ...temporary,
    ];
    return Object.fromEntries(all.map(([target, text]) => [`volumes.${clean(target!)}`, text!]));
  },
  actual(pair) {
    const { container, declared } = pair;
    const temporary = Object.keys(mapOf(container.HostConfig['Tmpfs'])).map(
      (target) => [target, 'tmpfs'] as const,
    );
    const all = (container.Mounts ?? []).map((one) => [one.Destination, textOfMount(one)] as const);
    const found = Object.fromEntries(
      [...all, ...temporary].map(([target, text]) => [`volumes.${clean(target)}`, text]),
    );
    if (listOf(declared['volumes_from']).length === 0) return found;
    // what comes from other containers is theirs
    const own = mounts.expected(pair);
    return Object.fromEntries(Object.entries(found).filter(([leaf]) => leaf in own));
  },
};

const volumeText = (name: string, isReadOnly: boolean): string =>
  `${name === '' ? 'anonymous volume' : `volume ${name}`}, ${mode(isReadOnly)}`;

function mountOf({ stack }: Pair, one: Readonly<Record<string, unknown>>): [string, string] {
  const [type, source, target] = [one['type'], one['source'], one['target']].map(textOf);
  const isReadOnly = one['read_only'] === true;
  if (type === 'bind') return [target!, `bind ${clean(source!)}, ${mode(isReadOnly)}`];
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

function textOfMount({ Type, Name = '', Source, RW }: InspectedMount): string {
  if (Type === 'bind') return `bind ${clean(Source)}, ${mode(!RW)}`;
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
