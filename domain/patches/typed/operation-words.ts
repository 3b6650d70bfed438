import type { PatchChange, PatchTouches, PatchView } from '../../../contracts/patch.ts';
import type { OperationOf, PatchOperation } from '../../../contracts/patch-operation.ts';

const longest = 300;
/** The id of an image, as `docker images` shows it. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

/** What an operation does, as a line for the person who confirms it. */
export const operationWords = (one: PatchOperation): string => wordsOf(one).slice(0, longest);

function wordsOf(one: PatchOperation): string {
  switch (one.op) {
    case 'set':
      return `${one.file}: set ${one.path.join('.')}`;
    case 'delete':
      return `${one.file}: remove ${one.path.join('.')}`;
    case 'set_variable':
      return `${one.file}: set ${one.name}`;
    case 'file_mode':
      return `${one.file}: mode ${one.expect} → ${one.mode}`;
    case 'update_limits':
      return `docker update ${one.service}: ${limitWords(one)}`;
    case 'restart_policy':
      return `${one.service}: restart policy ${one.expect} → ${one.policy}`;
    case 'connect_network':
      return `connect ${one.service} to ${one.network} as ${one.aliases.join(', ')}`;
    case 'disconnect_network':
      return `disconnect ${one.service} from ${one.network}`;
    case 'retag':
      return `tag ${one.reference}: ${shortId(one.expect)} → ${shortId(one.image)}`;
    case 'restart':
      return `restart ${one.service}`;
    case 'recreate':
      return `make ${one.service} again as the files say; what only its container has is lost`;
    case 'remove_container':
      return `remove the container ${one.name}; its volumes stay`;
    default:
      return `remove the network ${one.network}, if nothing uses it`;
  }
}

const limitWords = ({ expect, limits }: OperationOf<'update_limits'>): string => {
  const before = expect as Record<string, number | undefined>;
  return Object.entries(limits)
    .map(([key, value]) => `${key} ${before[key] ?? 0} → ${value}`)
    .join(', ');
};

const byKey: Readonly<Record<string, PatchTouches>> = {
  volumes: 'mounts',
  tmpfs: 'mounts',
  secrets: 'mounts',
  configs: 'mounts',
  ports: 'ports',
  networks: 'networks',
  network_mode: 'networks',
  privileged: 'privilege',
  cap_add: 'privilege',
  security_opt: 'privilege',
  devices: 'privilege',
  pid: 'privilege',
  ipc: 'privilege',
  user: 'privilege',
};

const byOperation: Readonly<Partial<Record<PatchOperation['op'], PatchTouches>>> = {
  connect_network: 'networks',
  disconnect_network: 'networks',
  remove_network: 'removal',
  remove_container: 'removal',
  retag: 'image_tags',
};

/** What operations touch that asks for more care than others. */
export function touchedBy(operations: readonly PatchOperation[]): PatchTouches[] {
  const found = operations.flatMap((one) => {
    const own = byOperation[one.op];
    const keys = 'effects' in one ? one.effects.map(({ path }) => byKey[path[2] ?? '']) : [];
    return [own, ...keys].filter((touch) => touch !== undefined);
  });
  return [...new Set(found)].toSorted();
}

/** The services whose containers, or whose part of the files, change. */
export const servicesOf = (operations: readonly PatchOperation[]): string[] => {
  const names = operations.flatMap((one) => {
    if ('service' in one) return [one.service];
    if (!('effects' in one)) return [];
    return one.effects.flatMap(({ path: [top, name] }) => (top === 'services' ? [name ?? ''] : []));
  });
  return [...new Set(names.filter(Boolean))].toSorted();
};

/** The services whose containers run by what the files say, or from what a patch names, so that they are made again. */
export function remadeBy({
  files,
  change,
}: Pick<PatchView, 'files'> & { change: PatchChange }): string[] {
  const named = change.operations.flatMap((one) => (one.op === 'recreate' ? [one.service] : []));
  const imaged = (change.images ?? []).map(({ service }) => service);
  return [...new Set([...named, ...imaged, ...(files.length > 0 ? change.services : [])])];
}

/** What a rollback cannot bring back. */
export const lossesOf = (operations: readonly PatchOperation[]): string[] =>
  operations.flatMap((one) => {
    if (one.op === 'recreate')
      return [`${one.service}: files in its container's own layer, and data that it migrates`];
    if (one.op === 'remove_container') return [`the container ${one.name}`];
    return one.op === 'remove_network' ? [`the network ${one.network}`] : [];
  });

/** The operation that takes another one back; null if nothing can. */
export function inverseOf(one: PatchOperation): PatchOperation | null {
  switch (one.op) {
    case 'update_limits':
      return { ...one, expect: one.limits, limits: one.expect };
    case 'connect_network':
      return { ...one, op: 'disconnect_network' };
    case 'disconnect_network':
      return { ...one, op: 'connect_network' };
    case 'retag':
      return { ...one, expect: one.image, image: one.expect };
    case 'file_mode':
      return { ...one, expect: one.mode, mode: one.expect };
    default:
      // files come back from their copies, containers by being made again; a removal stays
      return null;
  }
}
