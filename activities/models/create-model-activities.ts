import { Context } from '@temporalio/activity';
import type { HubFile } from '../../contracts/model-files.ts';
import { createKeyedLock } from '../../platform/concurrency/lock.ts';
import { ModelFailure, modelActivity } from './failure.ts';
import { fetchFile } from './fetch-file.ts';
import { bytesKey, requireRoomFor } from './folder.ts';
import { createHub } from './hub.ts';
import { createHubClient } from './hub-client.ts';
import { lookAtModels } from './look.ts';
import type { HermesModelActivities } from './model-activities.ts';
import { createOllama } from './ollama.ts';
import { placeModel } from './place.ts';
import { removeFiles } from './remove.ts';
import { resolveModel } from './resolve.ts';

export interface ModelSettings {
  hub: { url: string; token: string | null };
  ollamaUrl: string | null;
  /** The folder of models; null if none is mounted. */
  folder: string | null;
  mayDownload: boolean;
}

const aDay = 24 * 3_600_000;
const pullLimitMs = aDay;
/** Moving files and looking at them exclude each other: a look sees all parts of a model, or none. */
const filesKey = 'files';

/** What hermes does with models. It has no store: madre stores what it returns. */
export function createModelActivities({
  hub: { url, token },
  ollamaUrl,
  folder,
  mayDownload,
}: ModelSettings): HermesModelActivities {
  const client = createHubClient({ url, token });
  const hub = createHub(client);
  const ollama = createOllama(ollamaUrl);
  const lock = createKeyedLock(pullLimitMs);
  const requireDownloads = (): string => {
    if (mayDownload && folder !== null) return folder;
    const why = mayDownload ? 'no folder of models is mounted' : 'HERMES_ALLOW_DOWNLOAD is not on';
    throw new ModelFailure('download_disabled', `hermes downloads nothing: ${why}.`);
  };
  const signal = (): AbortSignal => Context.current().cancellationSignal;
  return {
    searchHub: (asked) =>
      modelActivity(async () => {
        const { repo, revision = 'main' } = asked;
        if (repo === undefined) return hub.search(asked, signal());
        return { models: [await hub.repository(repo, revision, signal())], next: null };
      }),
    resolveModel: (target) =>
      modelActivity(async () => {
        requireDownloads();
        return resolveModel(hub, target, signal());
      }),
    fetchModel({ model, have }) {
      const lengths = new Map<string, number>();
      const bytes = (): number => [...lengths.values()].reduce((sum, length) => sum + length, 0);
      const work = async (): Promise<void> => {
        const root = requireDownloads();
        const knownOf = ({ sha256 }: HubFile): string | null =>
          sha256 === null ? null : (have[sha256] ?? null);
        // of all files together: nothing is begun that cannot end
        await requireRoomFor(
          root,
          model.files.filter((file) => knownOf(file) === null),
        );
        for (const file of model.files) {
          const way = {
            client,
            root,
            signal: signal(),
            onBytes: (length: number) => void lengths.set(file.path, length),
          };
          await lock.run(bytesKey(file), () => fetchFile(way, model, file, knownOf(file)));
        }
      };
      return modelActivity(work, () => ({ bytes: bytes() }));
    },
    placeModel: ({ model }) =>
      modelActivity(() => {
        const root = requireDownloads();
        return lock.run(filesKey, () => placeModel(root, model));
      }),
    pullOllama({ model, most_bytes }) {
      let bytes = 0;
      const work = async () => {
        if (!mayDownload) requireDownloads();
        return ollama.pull(model, most_bytes, (now) => void (bytes = now), signal());
      };
      return modelActivity(work, () => ({ bytes }));
    },
    removeModels: ({ models, keep }) =>
      modelActivity(async () => {
        const stays = new Set(keep);
        for (const { source, name, files } of models) {
          const paths = files.map(({ path }) => path).filter((path) => !stays.has(path));
          if (source === 'ollama') await ollama.remove(name);
          else if (folder !== null) await lock.run(filesKey, () => removeFiles(folder, paths));
        }
      }),
    lookAtModels: (input) =>
      modelActivity(async () => {
        const ofOllama = input.models.filter(
          ({ source, status }) => source === 'ollama' && status === 'removing',
        );
        const removed: string[] = [];
        // an Ollama that sleeps keeps its models until the next look
        for (const { model_id, name } of ofOllama)
          await ollama.remove(name).then(
            () => removed.push(model_id),
            () => undefined,
          );
        if (folder === null) return { missing: [], back: [], removed, found: [] };
        const look = await lock.run(filesKey, () => lookAtModels(folder, input));
        return { ...look, removed: [...removed, ...look.removed] };
      }),
  };
}
