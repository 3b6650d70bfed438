import { createHash } from 'node:crypto';
import { compact, memberOf, membersOf, objectOf, quoted, type Member } from './json-text.ts';

/** A network or volume of the stack: its name at the Engine, and the hash that Compose labels it with. */
export interface ResourceDefinition {
  key: string;
  name: string;
  external: boolean;
  hash: string;
}

/**
 * What Compose makes of the stack's files, as `config --format json` prints it. It has the values of secrets and of env
 * files, so it stays in memory.
 */
export interface Definitions {
  /** Each service as JSON, in Compose's own spelling, with the names of its label files. */
  services: ReadonlyMap<string, string>;
  networks: readonly ResourceDefinition[];
  volumes: readonly ResourceDefinition[];
}

/** Gives the id of the container that stands for a service; undefined where it has none. */
export type ContainerOf = (service: string) => string | undefined;

/**
 * @param text what `config --format json` printed
 * @param labelFiles the label files of each service: `config` prints their labels, and leaves their names out
 */
export function definitionsIn(
  text: string,
  labelFiles: ReadonlyMap<string, readonly string[]>,
): Definitions {
  const model = compact(text);
  const resources = (kind: string, before: (members: Member[]) => Member[]): ResourceDefinition[] =>
    membersOf(memberOf(model, kind) ?? '{}').map(([key, value]) => {
      const members = membersOf(unescaped(value));
      return {
        key,
        name: JSON.parse(memberOf(value, 'name') ?? quoted(key)) as string,
        external: memberOf(value, 'external') === 'true',
        hash: sha256(objectOf(before(members))),
      };
    });
  return {
    services: new Map(
      membersOf(memberOf(model, 'services') ?? '{}').map(([name, service]) => [
        name,
        withLabelFiles(service, labelFiles.get(name) ?? []),
      ]),
    ),
    networks: resources('networks', (members) => members),
    volumes: resources('volumes', withDriver),
  };
}

/** What Compose writes of a service from its entrypoint, which is never left out, to its label files. */
const beforeLabelFiles = new Set(
  (
    'entrypoint provider environment env_file expose extends external_links extra_hosts group_add gpus hostname ' +
    'healthcheck image init ipc isolation labels'
  ).split(' '),
);

function withLabelFiles(service: string, files: readonly string[]): string {
  if (files.length === 0) return service;
  const members = membersOf(service);
  const at = members.findLastIndex(([name]) => beforeLabelFiles.has(name)) + 1;
  return objectOf(members.toSpliced(at, 0, ['label_file', `[${files.map(quoted).join(',')}]`]));
}

/** What the hash leaves out: none of it is in the container. */
const notHashed = new Set(['build', 'pull_policy', 'scale', 'depends_on', 'profiles']);

/**
 * The config hashes that Compose may label a service's container with: releases differ in whether the names of label files
 * are part of it, and the installed one comes first.
 * @returns none where it shares something of a service that has no container yet
 */
export function serviceHashes(service: string, containerOf: ContainerOf): string[] {
  const named = service.includes('"label_file"');
  const forms = named ? [service, withoutMember(service, 'label_file')] : [service];
  const hashes = forms.map((form) => serviceHash(form, containerOf));
  return [...new Set(hashes.filter((hash) => hash !== null))];
}

/**
 * The config hash that Compose labels a service's container with, which is not always what `config --hash` prints: before
 * it hashes, Compose puts container ids in the place of services whose namespaces or volumes are shared.
 * @param service its JSON, of `Definitions`
 * @returns null where it shares something of a service that has no container yet
 */
function serviceHash(service: string, containerOf: ContainerOf): string | null {
  let known = true;
  const idOf = (name: string): string => {
    const id = containerOf(name);
    known &&= id !== undefined;
    return id ?? '';
  };
  const members = membersOf(unescaped(service)).flatMap((member): Member[] => {
    const [name, value] = member;
    if (notHashed.has(name)) return [];
    if (name === 'deploy') return [[name, withoutMember(value, 'replicas')]];
    if (name === 'network_mode' || name === 'ipc' || name === 'pid') {
      const other = sharedService(JSON.parse(value) as string);
      return [other === null ? member : [name, quoted(`container:${idOf(other)}`)]];
    }
    if (name === 'volumes_from') {
      const sources = (JSON.parse(value) as string[]).map((source) => {
        const [first = '', second = ''] = source.split(':');
        return quoted(first === 'container' ? second : idOf(first));
      });
      return [[name, `[${sources.join(',')}]`]];
    }
    return [member];
  });
  return known ? sha256(objectOf(members)) : null;
}

const sharedService = (mode: string): string | null =>
  mode.startsWith('service:') ? mode.slice('service:'.length) : null;

const withoutMember = (object: string, name: string): string =>
  objectOf(membersOf(object).filter((member) => member[0] !== name));

/** Compose hashes a volume as one of the driver `local` where the file names no driver. */
function withDriver(members: Member[]): Member[] {
  if (members.some(([name]) => name === 'driver')) return members;
  const at = members.findIndex(([name]) => name === 'name') + 1;
  return members.toSpliced(at, 0, ['driver', '"local"']);
}

/** `config` doubles each dollar, so that its output can be read as a compose file again. */
const unescaped = (text: string): string => text.replaceAll('$$', '$');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
