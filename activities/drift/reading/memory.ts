import type { Store } from '../../../store/index.ts';

/** What a host remembers of earlier looks, by subject. */
export interface DriftMemory {
  get(subject: string): unknown;
  /** Null forgets it. Nothing is written before `save`. */
  set(subject: string, value: unknown): void;
  /** Writes what changed. */
  save(): Promise<void>;
}

export async function openMemory(
  { drift }: Pick<Store, 'drift'>,
  host: string,
  at: number,
): Promise<DriftMemory> {
  const kept = await drift.baselines(host);
  const changed = new Map<string, unknown>();
  return {
    get: (subject) => kept.get(subject) ?? null,
    set(subject, value) {
      if (JSON.stringify(kept.get(subject) ?? null) === JSON.stringify(value)) return;
      kept.set(subject, value);
      changed.set(subject, value);
    },
    async save() {
      if (changed.size > 0) await drift.remember(host, changed, at);
    },
  };
}
