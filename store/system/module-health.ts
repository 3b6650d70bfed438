import type { HealthState } from '../../contracts/service.ts';
import type { Connection } from '../core/connection.ts';

/** The health of a module, and since when it has been so (epoch ms). */
export interface ModuleHealth {
  host: string;
  name: string;
  health: HealthState;
  reason: string | null;
  since: number;
}

export interface ModuleHealthStore {
  list(): Promise<ModuleHealth[]>;
  /**
   * Writes the health of all modules. One whose health is unchanged keeps its `since`; modules left out are removed.
   */
  see(parts: Omit<ModuleHealth, 'since'>[], now: number): Promise<ModuleHealth[]>;
}

export function createModuleHealthStore(connection: Connection): ModuleHealthStore {
  const list = () =>
    connection.read(async (db) => {
      const rows = await db.selectFrom('module_health').selectAll().execute();
      return rows as ModuleHealth[];
    });
  const key = ({ host, name }: { host: string; name: string }) => `${host}/${name}`;
  return {
    list,
    async see(parts, now) {
      const known = new Map((await list()).map((one) => [key(one), one]));
      const seen = parts.map((part): ModuleHealth => {
        const before = known.get(key(part));
        return { ...part, since: before?.health === part.health ? before.since : now };
      });
      const isNew = (one: ModuleHealth) => {
        const before = known.get(key(one));
        return before?.health !== one.health || before.reason !== one.reason;
      };
      const changed = seen.filter(isNew);
      const present = new Set(seen.map(key));
      const gone = [...known.values()].filter((one) => !present.has(key(one)));
      if (changed.length === 0 && gone.length === 0) return seen;
      await connection.write(async (tx) => {
        for (const { host, name } of gone) {
          const rows = tx.deleteFrom('module_health').where('host', '=', host);
          await rows.where('name', '=', name).execute();
        }
        for (const row of changed) {
          await tx
            .insertInto('module_health')
            .values(row)
            .onConflict((conflict) => conflict.columns(['host', 'name']).doUpdateSet(row))
            .execute();
        }
      });
      return seen;
    },
  };
}
