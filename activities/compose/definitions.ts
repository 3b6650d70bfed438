import { compact, memberOf, membersOf, objectOf, quoted, type Member } from './json-text.ts';
import { sha256 } from '../../platform/hash.ts';

/** A network or volume of the stack: its name on the Engine, and the config hash in its label. */
export interface ResourceDefinition {
  key: string;
  name: string;
  external: boolean;
  hash: string;
}

/**
 * The stack as `config --format json` prints it. It contains the values of secrets and env files, so it is kept in
 * memory only.
 */
export interface Definitions {
  /** Each service as JSON, exactly as Compose writes it, with the names of its label files. */
  services: ReadonlyMap<string, string>;
  networks: readonly ResourceDefinition[];
  volumes: readonly ResourceDefinition[];
}

/** Returns the id of the container that represents a service; undefined if it has none. */
export type ContainerOf = (service: string) => string | undefined;

/**
 * @param text the output of `config --format json`
 * @param labelFiles the label files of each service: `config` prints their labels but not their names
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

/** The members that Compose writes before `label_file`: from `entrypoint`, which is always there, to `labels`. */
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

/** Members that the hash leaves out, because they do not affect the container. */
const notHashed = new Set(['build', 'pull_policy', 'scale', 'depends_on', 'profiles']);

/**
 * The config hashes that Compose may put on the containers of a service. Compose releases differ in whether the names
 * of label files are hashed; the form of the installed release comes first.
 * @returns empty if it shares a namespace or volumes with a service that has no container yet
 */
export function serviceHashes(service: string, containerOf: ContainerOf): string[] {
  const named = service.includes('"label_file"');
  const forms = named ? [service, withoutMember(service, 'label_file')] : [service];
  const hashes = forms.map((form) => serviceHash(form, containerOf));
  return [...new Set(hashes.filter((hash) => hash !== null))];
}

/**
 * The config hash in the container's label. It can differ from the output of `config --hash`: before Compose hashes,
 * it replaces services whose namespaces or volumes are shared with container ids.
 * @param service its JSON from `Definitions`
 * @returns null if it shares a namespace or volumes with a service that has no container yet
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

/** A service as an object; null if there is none. */
export function declaredIn(
  { services }: Definitions,
  name: string,
): Record<string, unknown> | null {
  const text = services.get(name);
  return text === undefined ? null : (JSON.parse(unescaped(text)) as Record<string, unknown>);
}

const sharedService = (mode: string): string | null =>
  mode.startsWith('service:') ? mode.slice('service:'.length) : null;

const withoutMember = (object: string, name: string): string =>
  objectOf(membersOf(object).filter((member) => member[0] !== name));

/** If the file names no driver, Compose hashes the volume with the driver `local`. */
function withDriver(members: Member[]): Member[] {
  if (members.some(([name]) => name === 'driver')) return members;
  const at = members.findIndex(([name]) => name === 'name') + 1;
  return members.toSpliced(at, 0, ['driver', '"local"']);
}

/** `config` doubles each dollar sign, so that its output is again a valid compose file. */
const unescaped = (text: string): string => text.replaceAll('$$', '$');
