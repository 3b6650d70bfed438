import type { Connection } from '../core/connection.ts';

/** Preferences of people, by principal. */
export interface SettingsStore {
  /** The stored sections by their names, as JSON values; those that were never set are missing. */
  of(principal: string): Promise<Record<string, unknown>>;
  /** Changes sections in one transaction. `change` gets what is stored, and returns the new value of each section. */
  change(
    principal: string,
    now: number,
    change: (stored: Record<string, unknown>) => Record<string, unknown>,
  ): Promise<void>;
}

export function createSettingsStore(connection: Connection): SettingsStore {
  const read = async (
    db: Pick<Parameters<Parameters<Connection['write']>[0]>[0], 'selectFrom'>,
    principal: string,
  ): Promise<Record<string, unknown>> => {
    const rows = await db
      .selectFrom('operator_settings')
      .select(['key', 'value_json'])
      .where('owner', '=', principal)
      .execute();
    return Object.fromEntries(
      rows.map(({ key, value_json }) => [key, JSON.parse(value_json) as unknown]),
    );
  };
  return {
    of: (principal) => connection.read((db) => read(db, principal)),
    change: (principal, now, change) =>
      connection.writeUnder([`settings/${principal}`], async (tx) => {
        const changed = change(await read(tx, principal));
        for (const [key, value] of Object.entries(changed)) {
          const row = { value_json: JSON.stringify(value), updated_at: now };
          await tx
            .insertInto('operator_settings')
            .values({ owner: principal, key, ...row })
            .onConflict((conflict) => conflict.columns(['owner', 'key']).doUpdateSet(row))
            .execute();
        }
      }),
  };
}
