import { ComposeError } from '../../compose/compose.ts';
import { callEngineWithin, isGone } from '../../engine/engine-error.ts';
import { findContainers } from '../../power/host/containers.ts';
import type { PowerHost } from '../../power/host/host.ts';
import { recreateServices } from '../../power/recreate.ts';
import { readMs } from '../../compose/read.ts';
import { allDone } from '../../../platform/concurrency/all-done.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { actOn } from './acts.ts';
import type { ChangeHost } from './host.ts';
import { watchChange } from './watch.ts';
import type { PatchedContainer } from '../../../contracts/patch.ts';

const callMs = 10_000;
const keepRepository = 'vx11-keep';

/** What patches do on this host's Engine. */
export function createChangeHost(power: PowerHost, folder: () => string): ChangeHost {
  const { docker } = power.engine;
  const ask = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    callEngineWithin(callMs, what, work);
  const containers: ChangeHost['containers'] = async (services) => {
    await power.leases.refresh();
    const found = await findContainers(power);
    const asked = [...found].filter(
      ([name]) => services.includes(name) || power.leases.live(name).length > 0,
    );
    const all = await Promise.all(
      asked.flatMap(([service, own]) =>
        own.map(async ({ id, state }): Promise<PatchedContainer[]> => {
          const one = await ask('inspect', () => docker.getContainer(id).inspect()).catch(
            unlessGone,
          );
          if (one === null) return [];
          const { Image: image, Config } = one;
          const healthy = isUp(state) && state !== 'unhealthy' && state !== 'starting';
          return [{ service, id, image, reference: Config.Image, healthy }];
        }),
      ),
    );
    return all.flat();
  };
  return {
    containers,
    async keepImages(patchId, kept) {
      for (const { service, image } of kept)
        await ask('tag', () =>
          docker.getImage(image).tag({ repo: keepRepository, tag: tagOf(patchId, service) }),
        );
    },
    async releaseImages(patchId) {
      const filters = { reference: [`${keepRepository}:${patchId}.*`] };
      const found = await ask('image list', () => docker.listImages({ filters }));
      const tags = found
        .flatMap(({ RepoTags }) => RepoTags ?? [])
        .filter((tag) => tag.startsWith(`${keepRepository}:${patchId}.`));
      await allDone(
        tags.map((tag) => ask('untag', () => docker.getImage(tag).remove()).catch(unlessGone)),
      );
    },
    async refusal() {
      try {
        await (await power.compose.call()).own(['config', '--quiet'], readMs);
        return null;
      } catch (error) {
        if (!(error instanceof ComposeError)) throw error;
        return error.message;
      }
    },
    act: (operation, since, by) => actOn({ power, folder }, operation, since, by),
    recreate: (services, isDue, by) =>
      recreateServices(
        power,
        services,
        async ({ id, service }) =>
          (await containers([service])).some((one) => one.id === id && isDue(one)),
        by,
      ),
    watch: (change, signal) => watchChange(power, change, signal, containers),
  };
}

/** A tag has at most 128 characters, of fewer kinds than a service's name. */
const tagOf = (patchId: string, service: string): string =>
  `${patchId}.${service}`.replaceAll(/[^\w.-]/g, '_').slice(0, 128);

function unlessGone(error: unknown): null {
  if (isGone(error)) return null;
  throw error;
}
