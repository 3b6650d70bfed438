import type { ModelPull } from '../../../contracts/models.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { pullOf } from '../../../domain/models/asked-pull.ts';
import { pullHasEnded, pullKey, queuedPull } from '../../../domain/models/pull.ts';
import { leftAsItIs, type StepEnd } from '../../../domain/plans/plan-state.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { sha256 } from '../../../platform/hash.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Store } from '../../../store/index.ts';
import type { PullRuns } from '../../models/deps.ts';
import { broken, done, type RoleStep, type RoleUndo } from '../ports.ts';

type Plan = Omit<PlanView, 'steps'>;

export interface PullDeps {
  store: Store;
  clock: Clock;
  models: () => PullRuns;
}

const lookEveryMs = 500;
const whatToWrite =
  'Write OWNER/NAME, OWNER/NAME FILE, or ollama NAME: vx11 models search shows what there is.';

/** Lets hermes pull a model, as `POST /hermes/models/pull` does, and ends with the pull. A retry joins the same one. */
export async function pullForPlan(
  { store, clock, models }: PullDeps,
  plan: Plan,
  host: string,
  { text, progress }: RoleStep,
  signal: AbortSignal,
): Promise<StepEnd> {
  const fresh = wantedPull(plan, host, text, clock());
  if (fresh === null) return broken({ code: 'invalid', detail: whatToWrite });
  const { pulls } = store.models;
  const principal = (await store.plans.people(plan.plan_id))?.actor.principal ?? null;
  const { view } = await pulls.ask(fresh, principal);
  await models().startPull(view);
  let shown = '';
  const look = async (): Promise<ModelPull | null> => {
    const now = await pulls.find(view.job_id);
    if (now === null || pullHasEnded(now)) return now;
    const soFar = resultOf(now);
    if (JSON.stringify(soFar) !== shown) await progress?.(soFar);
    shown = JSON.stringify(soFar);
    return null;
  };
  const ended = (await poll(look, { everyMs: lookEveryMs, signal }))!;
  if (ended.status === 'ready') return done(resultOf(ended));
  const { cause, detail } = ended;
  return broken(
    { code: cause ?? 'pull_failed', detail: detail ?? 'The pull failed.' },
    resultOf(ended),
  );
}

/** Ends the pull of a step, wherever it runs; a model that is there stays. */
export const undoPull =
  ({ store, models }: PullDeps): RoleUndo =>
  async (plan, { text }) => {
    const live = await store.models.pulls.live();
    const own = live.find(
      (one) => one.job_id === wantedPull(plan, one.host, text, 0)?.job_id && isOf(plan, one),
    );
    if (own === undefined) return leftAsItIs('its pull had ended');
    await models().cancelPull(own.job_id, {
      actor: plan.actor,
      correlation_id: plan.correlation_id,
    });
    return { status: 'UNDONE', result: { job_id: own.job_id }, error: null };
  };

/** A pull that somebody else asked for first goes on. */
const isOf = ({ correlation_id, actor }: Plan, pull: ModelPull): boolean =>
  pull.owner === actor && pull.correlation_id === correlation_id;

function wantedPull(plan: Plan, host: string, text: string, at: number): ModelPull | null {
  const asked = pullOf(text);
  if (asked === null) return null;
  const { model, source = 'hub', revision = 'main', file = null, pin = false } = asked;
  const wanted = { host, source, model, revision, file };
  const job_id = `pull-${sha256(pullKey(wanted)).slice(0, 16)}`;
  const { actor: owner, correlation_id } = plan;
  return queuedPull({ ...wanted, job_id, owner, correlation_id, pin }, at);
}

const resultOf = ({ job_id, host, model, status, bytes, total_bytes, model_id }: ModelPull) => ({
  job_id,
  host,
  model,
  status,
  bytes,
  total_bytes,
  model_id,
});
