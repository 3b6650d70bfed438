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

/** The logs that are chained, by the name under which they are audited. */
const chains: Record<AuditLog, Chain<ChainedTable>> = {
  events: eventChain,
  intents: intentChain,
};

/** So many rows go in one transaction, so that nobody waits long for the database. */
const pruneBatch = 2000;

/** Proofs, copies and the end of what is old, for every chained log. */
export interface AuditStore {
  /** Every log that is chained. */
  readonly logs: readonly AuditLog[];
  /**
   * Walks the log from its anchor to its head, the newest row when it began; where rows were removed, the event log has
   * to tell of the same anchor. What retention removes meanwhile breaks nothing.
   */
  verify(log: AuditLog): Promise<ChainProof & { anchor: Anchor | null; head: Place | null }>;
  /** Up to `limit` rows after a number, oldest first, structures as they were written. */
  after(log: AuditLog, seq: number, limit: number): Promise<Record<string, unknown>[]>;
  /** The number before the first row that is as young as `at` (epoch ms); null where all are older. */
  before(log: AuditLog, at: number): Promise<number | null>;
  /**
   * Removes what is older than `before` (epoch ms) but for the newest row, and writes the event that says so. What is to
   * go is proved first: where the log breaks, nothing goes from there on, which an event tells once.
   * @returns how many rows went, and the break that kept the others
   */
  prune(
    log: AuditLog,
    ask: { before: number; now: number; actor: string },
  ): Promise<{ removed: number; broken: ChainBreak | null }>;
}

export function createAuditStore(connection: Connection, append: AppendEvents): AuditStore {
  /** What the newest event of a type says of a log. */
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
  /** The anchor as the event that was written beside it says it was. */
  const told = async (db: Kysely<Tables>, log: AuditLog): Promise<Anchor | null> =>
    ((await newestOf(db, 'audit.pruned', log)) as Pruned | null)?.anchor ?? null;
  const walk = (log: AuditLog, anchor: Anchor | null, head: Place | null): Promise<ChainProof> =>
    verifyChain(connection, chains[log], anchor, head);
  /** What breaks a log whose anchor no event tells of; null where one does, or there is none. */
  const untold = async (
    db: Kysely<Tables>,
    log: AuditLog,
    anchor: Anchor | null,
  ): Promise<ChainBreak | null> => {
    if (anchor === null || isSame(anchor, await told(db, log))) return null;
    const because = 'rows before it were removed, and no event says so';
    return { broken_at: anchor.seq + 1, because };
  };
  /** Anchors of the other logs that events tell of. */
  const toldOfOthers = async (tx: Transaction<Tables>, log: AuditLog): Promise<Pruned[]> => {
    const others = Object.keys(chains).filter((name) => name !== log) as AuditLog[];
    const known: Pruned[] = [];
    for (const name of others) {
      if ((await anchorOf(tx, chains[name])) === null) continue;
      const anchor = await told(tx, name);
      if (anchor !== null) known.push({ log: name, anchor, removed: 0 });
    }
    return known;
  };
  /** Whether the newest event of a break of this log tells of this one. */
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
        const broken = await connection.read((db) => untold(db, log, anchor));
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
        const others = await toldOfOthers(tx, log);
        const moved = await untold(tx, log, await anchorOf(tx, chain));
        const { anchor, removed, broken }: Pruning =
          moved === null
            ? await pruneChain(tx, chain, { before, limit: pruneBatch, now })
            : { anchor: null, removed: 0, broken: moved };
        const news: [EventType, Pruned | Broken][] = [];
        if (anchor !== null && removed > 0) {
          news.push(['audit.pruned', { log, anchor, removed }]);
          // where the event that told of another log's anchor went, it is told anew
          for (const other of others)
            if ((await told(tx, other.log)) === null) news.push(['audit.pruned', other]);
        }
        if (broken !== null && !(await isKnown(tx, log, broken)))
          news.push(['audit.broken', { log, ...broken }]);
        await append(
          tx,
          news.map(([type, payload]) => ({ type, at: now, actor, payload: { ...payload } })),
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

/** A row with its instant and its structures as people and their tools read them. */
function readable(row: object): Record<string, unknown> {
  const entries = Object.entries(row).map(([key, value]: [string, unknown]) => {
    if (key === 'at') return [key, isoTime(value as number)];
    const isStructure = key === 'payload' || key.endsWith('_json');
    return [key, isStructure && typeof value === 'string' ? (JSON.parse(value) as unknown) : value];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
