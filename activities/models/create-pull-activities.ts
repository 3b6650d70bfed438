import { ApplicationFailure } from '@temporalio/activity';
import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import {
  hubFile,
  hubModel,
  modelFile,
  modelHeader,
  modelRepo,
} from '../../contracts/model-files.ts';
import type { ModelPull } from '../../contracts/models.ts';
import { newModel, toEvict } from '../../domain/models/evict.ts';
import { fileProblem } from '../../domain/models/file.ts';
import { pullAt, pullHasEnded } from '../../domain/models/pull.ts';
import { register, type Registration } from '../../domain/models/register.ts';
import { sha256 } from '../../platform/hash.ts';
import { checkedReport } from '../checked-report.ts';
import { attempt } from '../heartbeat.ts';
import type { ModelDeps } from './deps.ts';
import { endPull } from './end-pull.ts';
import { keepActivities } from './keep-activities.ts';
import { countKept, keptModel } from './kept-model.ts';
import type { Attempt, PullActivities } from './model-activities.ts';
import { modelEvent } from './model-event.ts';

const resolvedModel = z.strictObject({
  repo: modelRepo,
  commit: z.string().regex(/^[\da-f]{40,64}$/),
  license: z.string().max(100).nullable(),
  files: z.array(hubFile).min(1).max(999),
});
const placedModel = z.strictObject({
  name: z.string().max(600),
  commit: z.string().max(64).nullable(),
  license: z.string().max(100).nullable(),
  files: z.array(modelFile).max(999),
  size_bytes: z.int().min(0).nullable(),
  header: modelHeader.nullable(),
});

/** What madre does for the models of its host: hermes has no store. */
export function createPullActivities(deps: ModelDeps): PullActivities {
  const { host, store, clock, caps } = deps;
  const { pulls } = store.models;
  /** The pull, if it still is at this attempt. */
  const current = async ({ job_id, attempt: nth }: Attempt): Promise<ModelPull> => {
    const pull = await pulls.find(job_id);
    if (pull === null) throw new VX11Error('pull_not_found', `${job_id} is not known.`);
    if (pull.attempt === nth && !pullHasEnded(pull)) return pull;
    throw ApplicationFailure.nonRetryable('This pull has ended.', 'superseded');
  };
  const advance = (
    { job_id, attempt: nth }: Attempt,
    change: Parameters<typeof pullAt>[1],
  ): Promise<unknown> =>
    pulls.change(job_id, (view) =>
      view.attempt === nth ? { view: pullAt(view, change, clock()), events: [] } : null,
    );
  const refuse = (cause: string, detail: string): never => {
    throw ApplicationFailure.nonRetryable(detail, cause);
  };
  return {
    startPull: (input) =>
      attempt(async () => {
        const { source, model, revision, file } = await current(input);
        await advance(input, { status: 'resolving' });
        return { target: { source, model, revision, file }, most_bytes: caps.fileBytes };
      }),
    storeResolved: (input) =>
      attempt(async () => {
        await current(input);
        const { commit, files } = checkedReport(resolvedModel, input.model);
        const bad = files.find(({ path }) => fileProblem(path) !== null);
        if (bad !== undefined) return refuse(fileProblem(bad.path)!, `${bad.path} is refused.`);
        const total_bytes = files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
        if (total_bytes > caps.fileBytes) {
          const most = `${caps.fileBytes} bytes are allowed (VX11_MODEL_MAX_BYTES)`;
          return refuse('model_too_large', `It has ${total_bytes} bytes; ${most}.`);
        }
        const models = await store.models.list({ host });
        const known = models.filter(({ status }) => status === 'ready').flatMap((one) => one.files);
        const wanted = files.map(({ path, size_bytes, sha256: hash }) => ({
          path,
          size_bytes,
          sha256: hash ?? path,
        }));
        // the same bytes count once, so a model that is here already fits
        const room = toEvict(models, wanted, { caps, held: new Set(), now: clock() });
        const isNew = wanted.some(({ sha256: hash }) => known.every((one) => one.sha256 !== hash));
        if (!room.ok && isNew) return refuse('no_room', room.because);
        await advance(input, { status: 'downloading', commit, total_bytes });
        return { have: Object.fromEntries(known.map((one) => [one.sha256, one.path])) };
      }),
    storeVerifying: (input) =>
      attempt(async () => void (await advance(input, { status: 'verifying' }))),
    registerModel: (input) =>
      attempt(async () => {
        const pull = await current(input);
        const placed = checkedReport(placedModel, input.placed);
        const { name, commit, license, files, header } = placed;
        const { source, pin: pinned, owner } = pull;
        const text = JSON.stringify([host, source, name, commit]);
        const model_id = `model-${sha256(text).slice(0, 16)}`;
        const about = { model_id, host, source, name, commit, license, files, pinned };
        const fresh = newModel(about, header, clock());
        if (placed.size_bytes !== null) fresh.size_bytes = placed.size_bytes;
        const live = (await pulls.live()).filter((one) => one.job_id !== pull.job_id);
        const registered = await store.models.change<Registration>(host, (models) => {
          const result = register(models, fresh, { caps, live, now: clock() });
          if (!result.ok) return { change: null, result };
          const { model, victims } = result;
          const events = victims.map((one) =>
            modelEvent('model.evicted', one, { actor: owner, at: clock(), for: name }),
          );
          return { change: { save: [model, ...victims], events }, result };
        });
        if (!registered.ok) return refuse('no_room', registered.because);
        await countKept(deps);
        return {
          model_id,
          bytes: registered.model.size_bytes,
          victims: registered.victims.map(keptModel),
          keep: registered.files.map(({ path }) => path),
        };
      }),
    forgetModels: ({ ids }) =>
      attempt(async () => {
        await store.models.change(host, (models) => {
          const gone = models.filter(
            ({ model_id, status }) => status === 'removing' && ids.includes(model_id),
          );
          const forget = gone.map(({ model_id }) => model_id);
          return { change: { save: [], forget, events: [] }, result: null };
        });
      }),
    endPull: ({ end, ...input }) =>
      attempt(async () => {
        const pull = await pulls.find(input.job_id);
        if (pull !== null && pull.attempt === input.attempt) await endPull(deps, pull, end);
      }),
    storeCatalog: ({ models }) =>
      attempt(() => store.models.hub.save(checkedReport(z.array(hubModel), models))),
    ...keepActivities(deps),
  };
}
