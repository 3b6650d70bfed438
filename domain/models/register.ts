import type { ModelFile } from '../../contracts/model-files.ts';
import type { ModelPull, ModelView } from '../../contracts/models.ts';
import { toEvict, type ModelCaps } from './evict.ts';

export type Registration =
  | { ok: true; model: ModelView; victims: ModelView[]; files: ModelFile[] }
  | { ok: false; because: string };

/**
 * Registers a model, which may be known already, and lets others leave for it.
 * @param models all of its host
 * @param live pulls that run, of which the models stay
 * @param now in epoch ms
 */
export function register(
  models: readonly ModelView[],
  fresh: ModelView,
  { caps, live, now }: { caps: ModelCaps; live: readonly ModelPull[]; now: number },
): Registration {
  const old = models.find(({ model_id }) => model_id === fresh.model_id);
  const others = models.filter((one) => one !== old);
  const held = new Set(
    others.filter((one) => live.some((pull) => isOf(one, pull))).map(({ model_id }) => model_id),
  );
  const eviction =
    fresh.source === 'ollama'
      ? { ok: true as const, victims: [] }
      : toEvict(others, fresh.files, { caps, held, now });
  if (!eviction.ok) return eviction;
  const victims = eviction.victims.map((one): ModelView => ({ ...one, status: 'removing' }));
  const model: ModelView =
    old === undefined
      ? fresh
      : {
          ...fresh,
          pinned: fresh.pinned || old.pinned,
          use_score: old.use_score,
          last_used_at: old.last_used_at,
          busy_until: old.busy_until,
          created_at: old.created_at,
        };
  const leaving = new Set(victims.map(({ model_id }) => model_id));
  const staying = [model, ...others.filter(({ model_id }) => !leaving.has(model_id))];
  return { ok: true, model, victims, files: staying.flatMap(({ files }) => files) };
}

/** Whether a model is what a pull brings, or another file or commit of the same repository. */
const isOf = ({ source, name }: ModelView, pull: ModelPull): boolean =>
  source === 'hub' && pull.source === 'hub' && name.startsWith(`${pull.model}:`);
