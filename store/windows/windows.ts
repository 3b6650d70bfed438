import { sql, type SelectQueryBuilder, type Transaction } from 'kysely';
import { maxExpiresAt } from '../../contracts/max-expiry.ts';
import type { NewEvent } from '../../contracts/event.ts';
import type { WindowState, WindowView } from '../../contracts/window.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';
import type { Tables } from '../core/schema.ts';

/** States in which a window may still hold services up. */
export const liveStates = ['requested', 'queued', 'opening', 'open', 'closing'] as const;
/** States in which another call for the same target joins the window. */
const joinableStates = ['requested', 'queued', 'opening', 'open'] as const;

const epoch = (instant: string | null): number | null =>
  instant === null ? null : Date.parse(instant);

const toRow = (view: WindowView): Omit<Tables['windows'], 'owner_id'> => ({
  id: view.window_id,
  host: view.host,
  kind: view.kind,
  target: view.target,
  state: view.state,
  requested_at: Date.parse(view.requested_at),
  deadline: epoch(view.expires_at),
  closed_at: epoch(view.closed_at),
  owner: view.owner,
  view: JSON.stringify(view),
});

/** Older versions stored no limit of extensions. */
function toView(row: { view: string }): WindowView {
  const view = JSON.parse(row.view) as WindowView;
  return { ...view, max_expires_at: view.max_expires_at ?? maxExpiresAt(view) };
}

/** The lock key of a window and its leases: writes to them run one at a time. */
export const windowKey = (id: string): string => `window/${id}`;

/** Windows, as their workflows last reported them. */
export interface WindowStore {
  /** Writes a requested window. If its target already has one, returns that with `created: false`. */
  request(
    view: WindowView,
    events: NewEvent[],
    ownerId?: string | null,
  ): Promise<{ window: WindowView; created: boolean }>;
  /** Writes the current state and its events in one transaction. A window that has ended never changes. */
  save(view: WindowView, events: NewEvent[]): Promise<void>;
  find(id: string): Promise<WindowView | null>;
  /** The newest window that was opened for this target, live or not. */
  newestFor(host: string | null, target: string): Promise<WindowView | null>;
  live(host?: string): Promise<WindowView[]>;
  /** The principals of owners, by window id; windows of which only the owner's name is known are left out. */
  owners(of: 'live' | string[]): Promise<Map<string, string>>;
  /** Newest first. `cursor` is the `next_cursor` of the previous page. */
  list(filter: WindowFilter): Promise<{ windows: WindowView[]; next_cursor: string | null }>;
}

export interface WindowFilter {
  state?: WindowState | undefined;
  /** The name of its owner. */
  owner?: string | undefined;
  host?: string | undefined;
  /** One of the services that it was requested for or has started. */
  service?: string | undefined;
  /** Requested at this instant or later; epoch ms. */
  from?: number | undefined;
  /** Requested before this instant. */
  to?: number | undefined;
  limit: number;
  cursor?: string | undefined;
}

export function createWindowStore(connection: Connection, append: AppendEvents): WindowStore {
  return {
    request: (view, events, ownerId = null) =>
      connection.writeUnder(
        [`target/${view.host}/${view.target ?? view.window_id}`],
        async (tx) => {
          if (view.kind === 'target') {
            const existing = await tx
              .selectFrom('windows')
              .select('view')
              .where('host', '=', view.host)
              .where('target', '=', view.target)
              .where('kind', '=', 'target')
              .where('state', 'in', joinableStates)
              .executeTakeFirst();
            if (existing !== undefined) return { window: toView(existing), created: false };
          }
          await tx
            .insertInto('windows')
            .values({ ...toRow(view), owner_id: ownerId })
            .execute();
          await listServices(tx, view);
          await append(tx, events);
          return { window: view, created: true };
        },
      ),
    save: (view, events) =>
      connection.writeUnder([windowKey(view.window_id)], async (tx) => {
        const row = toRow(view);
        const known = await tx
          .selectFrom('windows')
          .select('state')
          .where('id', '=', view.window_id)
          .executeTakeFirst();
        if (known === undefined)
          await tx
            .insertInto('windows')
            .values({ ...row, owner_id: null })
            .execute();
        else if (isBehind(view.state, known.state)) return;
        else await tx.updateTable('windows').set(row).where('id', '=', view.window_id).execute();
        await listServices(tx, view);
        await append(tx, events);
      }),
    find: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('windows')
          .select('view')
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : toView(row);
      }),
    newestFor: (host, target) =>
      connection.read(async (db) => {
        let query = db
          .selectFrom('windows')
          .select('view')
          .where('kind', '=', 'target')
          .where('target', '=', target);
        if (host !== null) query = query.where('host', '=', host);
        const row = await query.orderBy('requested_at', 'desc').limit(1).executeTakeFirst();
        return row === undefined ? null : toView(row);
      }),
    live: (host) =>
      connection.read(async (db) => {
        let query = db.selectFrom('windows').select('view').where('state', 'in', liveStates);
        if (host !== undefined) query = query.where('host', '=', host);
        return (await query.orderBy('requested_at', 'desc').execute()).map(toView);
      }),
    owners: (of) =>
      connection.read(async (db) => {
        if (of.length === 0) return new Map();
        const query = db.selectFrom('windows').select(['id', 'owner_id']);
        const asked =
          of === 'live' ? query.where('state', 'in', liveStates) : query.where('id', 'in', of);
        const rows = await asked.where('owner_id', 'is not', null).execute();
        return new Map(rows.map(({ id, owner_id }) => [id, owner_id!]));
      }),
    list: ({ service, limit, cursor, ...filter }) =>
      connection.read(async (db) => {
        const base =
          service === undefined
            ? db.selectFrom('windows').select(['requested_at', 'id'])
            : db
                .selectFrom('window_services as held')
                .innerJoin('windows', 'windows.id', 'held.id')
                .select(['held.requested_at', 'held.id'])
                .where('held.service', '=', service);
        const by = service === undefined ? 'windows' : 'held';
        const { shown, next_cursor } = await newestPage(
          filtered(base.select('view'), filter, by),
          'requested_at',
          { limit, cursor },
          by,
        );
        return { windows: shown.map(toView), next_cursor };
      }),
  };
}

type WindowRows = SelectQueryBuilder<
  Pick<Tables, 'windows'>,
  'windows',
  { view: string; requested_at: number; id: string }
>;

/** @param by the table whose index gives the order */
function filtered(
  rows: unknown,
  { state, owner, host, from, to }: Omit<WindowFilter, 'service' | 'limit' | 'cursor'>,
  by: string,
): WindowRows {
  // joined or not, the rows have the columns of windows; Kysely types the two apart
  let query = rows as WindowRows;
  if (state !== undefined) query = query.where('state', '=', state);
  if (owner !== undefined) query = query.where('owner', '=', owner);
  if (host !== undefined) query = query.where('host', '=', host);
  const at = sql.ref(`${by}.requested_at`);
  if (from !== undefined) query = query.where(at, '>=', from);
  if (to !== undefined) query = query.where(at, '<', to);
  return query;
}

/** The services of a window, as far as they are not listed yet. */
async function listServices(tx: Transaction<Tables>, view: WindowView): Promise<void> {
  const names = new Set([...view.services, ...view.members]);
  const requested_at = Date.parse(view.requested_at);
  const rows = [...names].map((service) => ({ service, requested_at, id: view.window_id }));
  if (rows.length === 0) return;
  await tx
    .insertInto('window_services')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Whether a state is older than the stored one: a late result of an opening must not undo a close. */
const isBehind = (state: WindowState, known: string): boolean =>
  known === 'closed' ||
  known === 'failed' ||
  (known === 'closing' && state !== 'closed' && state !== 'failed');

/** The form of a cursor of `list`. */
export const cursorPattern = cursorPatternOf('window');
