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
import { endedPull, queuedPull } from '../../domain/models/pull.ts';
import { sha256 } from '../../platform/hash.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import { hermesAsleep } from '../reads/hermes-asleep.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { awakeHosts } from '../reads/snapshot.ts';
import { neverStarted, startStored } from '../temporal/start-stored.ts';

const callLimitMs = 5000;
/** A search waits for the hub. */
const searchLimitMs = 25_000;

/** Starts pulls and searches, and lets models go. */
export interface ModelControl {
  /**
   * Stores a pull and starts its workflow. All requests for the same model at the same time share one; a request after its
   * end goes on with it. Answers with a refusal, not an error, while policy keeps hermes asleep.
   * @throws VX11Error `download_disabled`; errors of Temporal
   */
  pull(body: PullBody, sender: Actor): Promise<PullAnswer>;
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
      const wanted = sha256(JSON.stringify([host, source, name, revision, file]));
      const { actor: owner, correlation_id, principal = null } = sender;
      const job_id = `pull-${wanted.slice(0, 16)}`;
      const about = { job_id, host, owner, correlation_id, source, model: name, revision, file };
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
