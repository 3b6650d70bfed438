import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { PlacedModel } from '../../activities/models/model-activities.ts';
import { cancelledBy, type PullEnd } from '../../domain/models/pull.ts';
import { failureOf } from './failure.ts';
import { cancelPull } from './messages.ts';
import { modelsOn } from './proxies.ts';
import type { PullModel } from './start.ts';

/**
 * Brings a model to a host: find its files, download and prove them, put them where they stay, and register them in one
 * step. What leaves to make room leaves only then. However it ends, the pull says so.
 */
export async function pullModel({ job_id, attempt, host }: PullModel): Promise<PullEnd> {
  const { madre, quick } = modelsOn(host);
  const at = { job_id, attempt };
  const bringing = new CancellationScope();
  const cancelled: { by: string | null } = { by: null };
  setHandler(cancelPull, ({ actor }) => {
    cancelled.by ??= actor;
    bringing.cancel();
  });
  let end: PullEnd;
  try {
    // what is placed is registered: nothing of a cancelled pull stays without a row
    const placed = await bringing.run(() => bring(at, host));
    const { model_id, bytes, victims, keep } = await madre.registerModel({ ...at, placed });
    end = { ok: true, model_id, bytes };
    if (victims.length > 0) {
      // if hermes falls asleep now, it removes them when it wakes
      await quick
        .removeModels({ models: victims, keep })
        .then(() => madre.forgetModels({ ids: victims.map((one) => one.model_id) }))
        .catch(() => undefined);
    }
  } catch (error) {
    end =
      cancelled.by === null ? { ok: false, ...failureOf(error, host) } : cancelledBy(cancelled.by);
  }
  await CancellationScope.nonCancellable(() => madre.endPull({ ...at, end }));
  return end;
}

async function bring(
  at: Pick<PullModel, 'job_id' | 'attempt'>,
  host: string,
): Promise<PlacedModel> {
  const { madre, quick, fetching } = modelsOn(host);
  const { target, most_bytes } = await madre.startPull(at);
  if (target.source === 'ollama') return fetching.pullOllama({ model: target.model, most_bytes });
  const model = await quick.resolveModel(target);
  const { have } = await madre.storeResolved({ ...at, model });
  await fetching.fetchModel({ model, have });
  await madre.storeVerifying(at);
  return quick.placeModel({ model });
}
