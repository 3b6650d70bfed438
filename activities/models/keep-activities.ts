import { z } from 'zod';
import { modelFile, modelHeader } from '../../contracts/model-files.ts';
import type { ModelView } from '../../contracts/models.ts';
import { newModel } from '../../domain/models/evict.ts';
import { sha256 } from '../../platform/hash.ts';
import { checkedReport } from '../checked-report.ts';
import { attempt } from '../heartbeat.ts';
import type { ModelDeps } from './deps.ts';
import { countKept, keptModel } from './kept-model.ts';
import type { PullActivities } from './model-activities.ts';
import { modelEvent } from './model-event.ts';

const ids = z.array(z.string());
const modelsLook = z.strictObject({
  missing: ids,
  back: ids,
  removed: ids,
  found: z.array(
    z.strictObject({
      files: z.array(modelFile).min(1),
      header: modelHeader.nullable(),
      reason: z.string().max(200).nullable(),
    }),
  ),
});
type Found = z.infer<typeof modelsLook>['found'][number];

/** What madre does when hermes has looked at the folder of models. */
export function keepActivities(
  deps: ModelDeps,
): Pick<PullActivities, 'modelsToKeep' | 'storeLook'> {
  const { host, store, clock } = deps;
  const adopted = ({ files, header, reason }: Found): ModelView => {
    const { path } = files[0]!;
    const model_id = `model-${sha256(JSON.stringify([host, 'found', path])).slice(0, 16)}`;
    const about = { model_id, host, source: 'found' as const, name: path, files, pinned: false };
    const model = newModel({ ...about, commit: null, license: null }, header, clock());
    return reason === null ? model : { ...model, status: 'quarantined', reason };
  };
  return {
    modelsToKeep: () =>
      attempt(async () => {
        const models = await store.models.list({ host });
        const live = await store.models.pulls.live(host);
        return {
          models: models.map(keptModel),
          live: live.flatMap(({ source, model }) => (source === 'hub' ? [model] : [])),
        };
      }),
    storeLook: (report) =>
      attempt(async () => {
        const { missing, back, removed, found } = checkedReport(modelsLook, report);
        await store.models.change(host, (models) => {
          const about = { actor: 'hermes', at: clock() };
          const isOne = (list: string[], status: ModelView['status']) => (one: ModelView) =>
            one.status === status && list.includes(one.model_id);
          const lost = models
            .filter(isOne(missing, 'ready'))
            .map((one): ModelView => ({ ...one, status: 'missing' }));
          const again = models
            .filter(isOne(back, 'missing'))
            .map((one): ModelView => ({ ...one, status: 'ready' }));
          const gone = models.filter(isOne(removed, 'removing'));
          const known = new Set(models.flatMap(({ files }) => files.map(({ path }) => path)));
          const fresh = found
            .filter(({ files }) => files.every(({ path }) => !known.has(path)))
            .map(adopted);
          const events = [
            ...lost.map((one) => modelEvent('model.missing', one, about)),
            ...fresh.map((one) =>
              modelEvent(one.status === 'ready' ? 'model.found' : 'model.quarantined', one, about),
            ),
          ];
          const forget = gone.map(({ model_id }) => model_id);
          return { change: { save: [...lost, ...again, ...fresh], forget, events }, result: null };
        });
        await countKept(deps);
      }),
  };
}
