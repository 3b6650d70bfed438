import { open } from 'node:fs/promises';
import { colonyId } from '../../../contracts/inee.ts';

/** A key of a colony. */
export interface ColonyKey {
  colony_id: string;
  key_id: string;
  /** 32 bytes. */
  secret: Buffer;
}

/** The content of the file of keys, or why none of it can be used. Its texts contain no part of a key. */
export type KeyFile = { keys: ColonyKey[]; problem: null } | { keys: readonly []; problem: string };

const mostBytes = 1024 * 1024;
/** Live at the same time, so that a key can be replaced without a gap. */
const mostOfColony = 2;
const line = /^(\S+)\s+([a-z0-9][a-z0-9_.-]{0,63})\s+([0-9a-fA-F]{64})$/;

const unusable = (problem: string): KeyFile => ({ keys: [], problem });

/**
 * Reads the file of keys: a line `<colony> <key id> <64 hex digits>` for each key, `#` before a comment. Anybody who can read
 * it can act for every colony, so a file that others than its owner may read or write is refused.
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  let text: string;
  try {
    const file = await open(path, 'r');
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return unusable(`${path} is no file.`);
      if ((stat.mode & 0o177) !== 0) {
        const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
        return unusable(`${path} has the mode ${mode}; run: chmod 0600 ${path}`);
      }
      if (stat.size > mostBytes) return unusable(`${path} is larger than ${mostBytes} bytes.`);
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return unusable(
      code === 'ENOENT'
        ? `${path} does not exist; write it, or name another one in VX11_INEE_KEYS_FILE.`
        : `${path} cannot be read: ${code}.`,
    );
  }
  return parse(path, text);
}

function parse(path: string, text: string): KeyFile {
  const keys: ColonyKey[] = [];
  for (const [nth, raw] of text.split('\n').entries()) {
    const where = `Line ${nth + 1} of ${path}`;
    const written = raw.trim();
    if (written === '' || written.startsWith('#')) continue;
    const [, colony_id, key_id, hex] = line.exec(written) ?? [];
    if (!colonyId.safeParse(colony_id).success) {
      return unusable(`${where} is not: colony, key id, 64 hex digits (openssl rand -hex 32).`);
    }
    const its = keys.filter((key) => key.colony_id === colony_id);
    if (its.some((key) => key.key_id === key_id)) {
      return unusable(`${where} names the key ${key_id} of ${colony_id} a second time.`);
    }
    if (its.length === mostOfColony) {
      return unusable(`${where} is a third key of ${colony_id}; remove the oldest one.`);
    }
    keys.push({ colony_id: colony_id!, key_id: key_id!, secret: Buffer.from(hex!, 'hex') });
  }
  return { keys, problem: null };
}
