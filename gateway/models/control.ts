import { VX11Error } from '../../contracts/errors.ts';
import type {
  ModelPull,
  ModelView,
  PullAnswer,
  PullBody,
  SearchAnswer,
  SearchBody,
} from '../../contracts/models.ts';
import { hermesService } from '../../contracts/queues.ts';
import { holding } from '../../domain/models/evict.ts';
import {
  cancelledBy,
  endedPull,
  pullEvent,
  pullKey,
  queuedPull,
} from '../../domain/models/pull.ts';
import { sha256 } from '../../platform/hash.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import { hermesAsleep } from '../reads/hermes-asleep.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { awakeHosts } from '../reads/snapshot.ts';
import { WorkflowGone } from '../temporal/not-taken.ts';
import { neverStarted, startStored } from '../temporal/start-stored.ts';

const callLimitMs = 5000;
/** A search waits for the hub. */
const searchLimitMs = 25_000;

/** Starts pulls and searches, and lets models go. */
export interface ModelControl {
  /**
   * Stores a pull and starts its workflow. All requests for the same model at the same time share one; a request after its
   * end continues it. Answers with a refusal, not an error, while policy keeps hermes asleep.
   * @throws VX11Error `download_disabled`; errors of Temporal
   */
  pull(body: PullBody, sender: Actor): Promise<PullAnswer>;
  /**
   * Ends a pull; what is there of its files stays for a later one. One that has ended stays as it is.
   * @throws errors of Temporal
   */
  cancel(pull: ModelPull, by: Actor): Promise<void>;
  /** Asks the hub. Answers with a refusal, not an error, while policy keeps hermes asleep. Throws errors of Temporal. */
  search(body: SearchBody): Promise<SearchAnswer>;
  /**
   * Takes a model out of use; its files go as soon as hermes is awake.
   * @throws VX11Error `model_not_found`, `model_in_use`
   */
  remove(id: string, sender: Actor): Promise<ModelView>;
}

export function createModelControl(
  { store, temporal, clock, config }: Pick<GatewayDeps, 'store' | 'temporal' | 'clock' | 'config'>,
  model: ReadModel,
): ModelControl {
  const awakeHost = async (named?: string): Promise<string | null> => {
    const awake = awakeHosts(await model.snapshot(), hermesService, clock());
    return awake.find((one) => named === undefined || one === named) ?? null;
  };
  const refusal = async (host?: string) => ({
    status: 'ERROR' as const,
    error: 'off_by_policy' as const,
    hint: hermesAsleep(await model.snapshot(), host),
  });
  return {
    async pull({ source = 'hub', model: name, file = null, revision = 'main', ...body }, sender) {
      if (!config.allowDownload)
        throw new VX11Error(
          'download_disabled',
          'Set HERMES_ALLOW_DOWNLOAD=on, then start VX11 again.',
        );
      const host = await awakeHost(body.host);
      if (host === null) return { ...(await refusal(body.host)), job: null };
      const { actor: owner, correlation_id, principal = null } = sender;
      const wanted = { host, source, model: name, revision, file };
      const job_id = `pull-${sha256(pullKey(wanted)).slice(0, 16)}`;
      const about = { job_id, owner, correlation_id, ...wanted };
      const fresh = queuedPull({ ...about, pin: body.pin ?? false }, clock());
      const { pulls } = store().models;
      const { view, created } = await pulls.ask(fresh, principal);
      const { cause, detail } = neverStarted;
      const end = (pull: ModelPull) => ({
        view: endedPull(pull, { ok: false, cause, detail }, clock()),
        events: [],
      });
      await startStored(
        () => temporal.startPull(view, { limitMs: callLimitMs }),
        created ? () => pulls.change(job_id, end) : null,
      );
      return { status: 'QUEUED', job: view, error: null, hint: null };
    },
    async cancel({ job_id, finished_at }, by) {
      if (finished_at !== null) return;
      await temporal
        .cancelPull(job_id, by, { limitMs: callLimitMs })
        .catch(async (error: unknown) => {
          if (!(error instanceof WorkflowGone)) throw error;
          // it has no workflow yet, or none any more; one that starts now finds that it has ended
          await store().models.pulls.change(job_id, (now) => {
            const view = endedPull(now, cancelledBy(by.actor), clock());
            return { view, events: [pullEvent(view, by.principal ?? null, clock())] };
          });
        });
    },
    async search(body) {
      const host = await awakeHost();
      if (host === null) return { ...(await refusal()), models: [], next: null };
      return temporal.searchModels(host, body, { limitMs: searchLimitMs });
    },
    async remove(id, { actor, correlation_id, principal = null }) {
      const found = await store().models.find(id);
      if (found === null) throw new VX11Error('model_not_found', `There is no model ${id}.`);
      return store().models.change(found.host, (models) => {
        const now = models.find(({ model_id }) => model_id === id);
        if (now === undefined) throw new VX11Error('model_not_found', `There is no model ${id}.`);
        // a pin keeps a model from leaving by itself, not from being removed by a person
        const held = holding({ ...now, pinned: false }, new Set(), clock());
        if (held !== null) throw new VX11Error('model_in_use', `${now.name} is ${held}.`);
        const gone: ModelView = { ...now, status: 'removing' };
        if (now.status === 'removing') return { change: null, result: gone };
        const event = {
          type: 'model.deleted' as const,
          at: clock(),
          actor,
          actor_id: principal,
          host: now.host,
          service: hermesService,
          correlation_id,
          payload: { model_id: id, name: now.name, size_bytes: now.size_bytes },
        };
        return { change: { save: [gone], events: [event] }, result: gone };
      });
    },
  };
}
