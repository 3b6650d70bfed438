import { listOf, mapOf, textOf, weakening, type Weakening } from './word.ts';

interface Mount {
  type: string;
  source: string;
  target: string;
  read_only: boolean;
}

interface Change {
  was: Record<string, unknown>;
  is: Record<string, unknown>;
  folder: string;
}

/** Folders of the host that a service can now see or write, and could not. */
export function mountWeakenings(name: string, { was, is, folder }: Change): Weakening[] {
  const old = mountsOf(was['volumes']);
  return mountsOf(is['volumes']).flatMap((mount) => {
    const { source, type, read_only, target } = mount;
    if (type !== 'bind' && type !== 'volume') return [];
    const same = old.filter((one) => one.type === type && one.source === source);
    if (same.length === 0 && type === 'bind' && !isInside(source, folder))
      return [weakening('mount_widened', name, `it is given ${source} of the host`)];
    if (same.length === 0 && type === 'bind' && /(?:^|\/)\.git(?:\/|$)/.test(source))
      return [weakening('mount_widened', name, `it is given ${source}`)];
    const writable = (one: Mount): boolean => !one.read_only;
    if (!read_only && same.length > 0 && !same.some(writable))
      return [weakening('mount_widened', name, `it may now write ${target}`)];
    return [];
  });
}

const mountsOf = (volumes: unknown): Mount[] =>
  listOf(volumes)
    .map(mapOf)
    .map((mount) => ({
      type: textOf(mount['type']),
      source: textOf(mount['source']),
      target: textOf(mount['target']),
      read_only: mount['read_only'] === true,
    }));

const isInside = (source: string, folder: string): boolean =>
  source.startsWith(`${folder.replace(/\/$/, '')}/`) && !source.split('/').includes('..');
