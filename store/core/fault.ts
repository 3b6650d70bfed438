import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A fault of the database itself, which a short wait does not end. */
export interface StoreFault {
  /** `damaged`: some of it cannot be read. `unwritable`: reads work, writes fail. */
  kind: 'damaged' | 'unwritable';
  /** One sentence: what happened, then what to do. */
  reason: string;
}

const damaged = /malformed|not a database|SQLITE_CORRUPT|SQLITE_NOTADB/;
const full = /disk is full|SQLITE_FULL|ENOSPC|No space left/;
const refused = /readonly database|SQLITE_READONLY|disk I\/O error|SQLITE_IOERR/;

const damage = (words: string): StoreFault => ({
  kind: 'damaged',
  reason: `the database is damaged (${words}): stop VX11 and restore a backup of it`,
});
const fullDisk: StoreFault = {
  kind: 'unwritable',
  reason: 'it cannot be written, its disk is full: free some space; reads still work',
};

/** The fault that an error of SQLite or Postgres reports; null if the database is only busy or unavailable. */
export function faultOf(error: unknown): StoreFault | null {
  const words = error instanceof Error ? error.message : String(error);
  if (damaged.test(words)) return damage(words);
  if (full.test(words)) return fullDisk;
  if (!refused.test(words)) return null;
  const reason = `it cannot be written (${words}): check its disk and its owner; reads still work`;
  return { kind: 'unwritable', reason };
}

/**
 * Remembers the faults that queries met: damage for good, since only a restart with another file repairs it; the rest
 * until a write succeeds.
 */
export interface FaultMemory {
  saw(error: unknown): StoreFault | null;
  wrote(): void;
  known(): StoreFault | null;
}

export function createFaultMemory(): FaultMemory {
  let known: StoreFault | null = null;
  return {
    saw(error) {
      const fault = faultOf(error);
      if (fault !== null && known?.kind !== 'damaged') known = fault;
      return fault;
    },
    wrote() {
      if (known?.kind === 'unwritable') known = null;
    },
    known: () => known,
  };
}

/** A write needs some pages for itself and some for the write-ahead log. */
const leastFreeBytes = 64 * 1024;
/**
 * A check reads the whole file. A large one is checked less often, so that checks take a hundredth of the time at
 * most.
 */
const checkEveryMs = 5_000;
const checkShare = 100;

/**
 * Checks the file of a SQLite database: whether its disk has room and, in a thread of its own, every page for damage. This
 * also finds damage in pages that no query reads.
 */
export function watchFile(file: string): () => Promise<StoreFault | null> {
  let nextCheck = -Infinity;
  let checking: Promise<void> | null = null;
  let found: StoreFault | null = null;
  const check = async (): Promise<void> => {
    const { words, ms } = await quickCheck(file).catch(() => ({ words: 'ok', ms: 0 }));
    found = words === 'ok' ? null : damage(words);
    nextCheck = performance.now() + Math.max(checkEveryMs, checkShare * ms);
    checking = null;
  };
  return async () => {
    if (performance.now() > nextCheck) checking ??= check();
    const { bavail, bfree, bsize } = await statfs(dirname(file));
    const free = (process.getuid?.() === 0 ? bfree : bavail) * bsize;
    await checking;
    return found ?? (free < leastFreeBytes ? fullDisk : null);
  };
}

const checker = `
const { DatabaseSync } = require('node:sqlite');
const { parentPort, workerData } = require('node:worker_threads');
const began = performance.now();
const say = (words) => parentPort.postMessage({ words, ms: performance.now() - began });
try {
  const db = new DatabaseSync(workerData, { readOnly: true, timeout: 2000 });
  say(Object.values(db.prepare('pragma quick_check(1)').get())[0]);
  db.close();
} catch (error) {
  say(/malformed|not a database/.test(error.message) ? error.message : 'ok');
}`;

/** The result of SQLite's check, `ok` if the file is intact, and how long it took. */
interface Checked {
  words: string;
  ms: number;
}

function quickCheck(file: string): Promise<Checked> {
  const { promise, resolve, reject } = Promise.withResolvers<Checked>();
  const limits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 };
  const worker = new Worker(checker, { eval: true, workerData: file, resourceLimits: limits });
  worker.unref();
  worker.once('message', resolve).once('error', reject);
  return promise;
}
