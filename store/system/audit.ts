import type { Kysely, Transaction } from 'kysely';
import type { AuditLog } from '../../contracts/audit.ts';
import type { EventType } from '../../contracts/event.ts';
import { isoTime } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import { eventChain, type AppendEvents } from '../core/events.ts';
import {
  anchorOf,
  beforeInstant,
  headOf,
  linksAfter,
  lockChain,
  pruneChain,
  verifyChain,
  type Anchor,
  type Chain,
  type ChainBreak,
  type ChainedTable,
  type ChainProof,
  type Place,
} from '../core/hash-chain.ts';
import { intentChain } from '../plans/intents.ts';
import type { Tables } from '../core/schema.ts';

/** The chained logs, by the names under which they are audited. */
const chains: Record<AuditLog, Chain<ChainedTable>> = {
  events: eventChain,
  intents: intentChain,
};

/** Rows removed in one transaction: few, so that other writers do not wait long. */
const pruneBatch = 2000;

/** Verification, export and pruning of every chained log. */
export interface AuditStore {
  /** The names of all chained logs. */
  readonly logs: readonly AuditLog[];
  /**
   * Walks the log from its anchor to its head, the newest row at the start of the walk. If rows were removed, an event
   * must record the same anchor. Rows that retention removes during the walk do not count as a break.
   */
  verify(log: AuditLog): Promise<ChainProof & { anchor: Anchor | null; head: Place | null }>;
  /** Up to `limit` rows after a number, oldest first, structures as they were written. */
  after(log: AuditLog, seq: number, limit: number): Promise<Record<string, unknown>[]>;
  /** The number before the first row that is not older than `at` (epoch ms); null if all are older. */
  before(log: AuditLog, at: number): Promise<number | null>;
  /**
   * Removes rows older than `before` (epoch ms), except the newest row, and writes the event that records it. Rows are
   * verified before they are removed: from a break on, none is removed, and one event reports the break.
   * @returns how many rows were removed, and the break that kept the others
   */
  prune(
    log: AuditLog,
    ask: { before: number; now: number; actor: string },
  ): Promise<{ removed: number; broken: ChainBreak | null }>;
}

export function createAuditStore(connection: Connection, append: AppendEvents): AuditStore {
  /** The payload of the newest event of a type about a log; null if there is none. */
  const newestOf = async (db: Kysely<Tables>, type: EventType, log: AuditLog): Promise<unknown> => {
    const row = await db
      .selectFrom('events')
      .select('payload')
      .where('type', '=', type)
      .where('payload', 'like', `%"log":"${log}"%`)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : JSON.parse(row.payload);
  };
  /** The anchor of a log as the newest `audit.pruned` event records it. */
  const recordedAnchor = async (db: Kysely<Tables>, log: AuditLog): Promise<Anchor | null> =>
    ((await newestOf(db, 'audit.pruned', log)) as Pruned | null)?.anchor ?? null;
  const walk = (log: AuditLog, anchor: Anchor | null, head: Place | null): Promise<ChainProof> =>
    verifyChain(connection, chains[log], anchor, head);
  /** The break of a log whose anchor no event records; null if an event does, or there is no anchor. */
  const unrecordedAnchor = async (
    db: Kysely<Tables>,
    log: AuditLog,
    anchor: Anchor | null,
  ): Promise<ChainBreak | null> => {
    if (anchor === null || isSame(anchor, await recordedAnchor(db, log))) return null;
    const because = 'rows before it were removed, and no event says so';
    return { broken_at: anchor.seq + 1, because };
  };
  /** The recorded anchors of the other logs. */
  const anchorsOfOthers = async (tx: Transaction<Tables>, log: AuditLog): Promise<Pruned[]> => {
    const others = Object.keys(chains).filter((name) => name !== log) as AuditLog[];
    const known: Pruned[] = [];
    for (const name of others) {
      if ((await anchorOf(tx, chains[name])) === null) continue;
      const anchor = await recordedAnchor(tx, name);
      if (anchor !== null) known.push({ log: name, anchor, removed: 0 });
    }
    return known;
  };
  /** Whether the newest `audit.broken` event of this log reports this break. */
  const isKnown = async (
    db: Kysely<Tables>,
    log: AuditLog,
    { broken_at, because }: ChainBreak,
  ): Promise<boolean> => {
    const known = (await newestOf(db, 'audit.broken', log)) as Broken | null;
    return known?.broken_at === broken_at && known.because === because;
  };
  return {
    logs: Object.keys(chains) as AuditLog[],
    async verify(log) {
      const readAnchor = () => connection.read((db) => anchorOf(db, chains[log]));
      for (;;) {
        const anchor = await readAnchor();
        const head = await connection.read((db) => headOf(db, chains[log]));
        const broken = await connection.read((db) => unrecordedAnchor(db, log, anchor));
        const proof: ChainProof =
          broken === null ? await walk(log, anchor, head) : { ok: false, ...broken };
        if (proof.ok || isSame(anchor, await readAnchor())) return { ...proof, anchor, head };
      }
    },
    after: async (log, seq, limit) =>
      (await linksAfter(connection, chains[log], seq, limit)).map(readable),
    before: (log, at) => beforeInstant(connection, chains[log], at),
    async prune(log, { before, now, actor }) {
      const chain = chains[log];
      const piece = async (tx: Transaction<Tables>): Promise<Omit<Pruning, 'anchor'>> => {
        await lockChain(tx, chain);
        const others = await anchorsOfOthers(tx, log);
        const moved = await unrecordedAnchor(tx, log, await anchorOf(tx, chain));
        const { anchor, removed, broken }: Pruning =
          moved === null
            ? await pruneChain(tx, chain, { before, limit: pruneBatch, now })
            : { anchor: null, removed: 0, broken: moved };
        const events: [EventType, Pruned | Broken][] = [];
        if (anchor !== null && removed > 0) {
          events.push(['audit.pruned', { log, anchor, removed }]);
          // if the event that recorded another log's anchor was removed, record that anchor again
          for (const other of others)
            if ((await recordedAnchor(tx, other.log)) === null)
              events.push(['audit.pruned', other]);
        }
        if (broken !== null && !(await isKnown(tx, log, broken)))
          events.push(['audit.broken', { log, ...broken }]);
        await append(
          tx,
          events.map(([type, payload]) => ({ type, at: now, actor, payload: { ...payload } })),
        );
        return { removed, broken };
      };
      for (let total = 0; ;) {
        const { removed, broken } = await connection.writeUnder([], piece);
        total += removed;
        if (broken !== null || removed < pruneBatch) return { removed: total, broken };
      }
    },
  };
}

const isSame = (one: Place | null, other: Place | null): boolean =>
  one?.seq === other?.seq && one?.hash === other?.hash;

interface Pruned {
  log: AuditLog;
  anchor: Anchor;
  removed: number;
}

interface Broken extends ChainBreak {
  log: AuditLog;
}

interface Pruning {
  anchor: Anchor | null;
  removed: number;
  broken: ChainBreak | null;
}

/** A row with its instant in ISO 8601 and its JSON columns parsed. */
function readable(row: object): Record<string, unknown> {
  const entries = Object.entries(row).map(([key, value]: [string, unknown]) => {
    if (key === 'at') return [key, isoTime(value as number)];
    const isStructure = key === 'payload' || key.endsWith('_json');
    return [key, isStructure && typeof value === 'string' ? (JSON.parse(value) as unknown) : value];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
