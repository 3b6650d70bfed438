import type { ModelView } from '../../contracts/models.ts';
import { bytesOf } from '../../domain/models/evict.ts';
import type { ModelDeps } from './deps.ts';
import type { KeptModel } from './model-activities.ts';

/** What hermes needs of a model. */
export const keptModel = ({ model_id, source, name, files, status }: ModelView): KeptModel => ({
  model_id,
  source,
  name,
  files,
  status,
});

/** Publishes how many models this host has. */
export async function countKept({ host, store, metrics }: ModelDeps): Promise<void> {
  const ready = await store.models.list({ host, status: 'ready' });
  metrics.kept(host, ready.length, bytesOf(ready.flatMap(({ files }) => files)));
}
