import type { ModelPull } from '../../contracts/models.ts';
import { endedPull, pullEvent, pullHasEnded, type PullEnd } from '../../domain/models/pull.ts';
import type { ModelDeps } from './deps.ts';

/** Ends a pull. One that has ended stays as it is. */
export async function endPull(
  { store, clock, metrics }: ModelDeps,
  pull: ModelPull,
  end: PullEnd,
): Promise<void> {
  if (pullHasEnded(pull)) return;
  const { pulls } = store.models;
  const principal = (await pulls.ownerOf(pull.job_id))?.principal ?? null;
  const ended = await pulls.change(pull.job_id, (now) => {
    if (now.attempt !== pull.attempt) return null;
    const view = endedPull(now, end, clock());
    return { view, events: [pullEvent(view, principal, clock())] };
  });
  metrics.ended(ended?.status ?? 'failed');
}
