import { ComposeError } from '../../compose/compose.ts';
import { callEngineWithin, isGone } from '../../engine/engine-error.ts';
import { findContainers } from '../../power/host/containers.ts';
import type { PowerHost } from '../../power/host/host.ts';
import { firstOf, isOutdated } from '../../power/start/outdated.ts';
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
    const { services: declared } = await power.catalog.current();
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
          const definition = Config.Labels?.['com.docker.compose.config-hash'] ?? null;
          const known = declared.find(({ name }) => name === service);
          const as_declared =
            known === undefined ||
            !isOutdated(power, known, { id, config_hash: definition }, firstOf(found));
          const healthy = isUp(state) && state !== 'unhealthy' && state !== 'starting';
          return [
            { service, id, image, reference: Config.Image, healthy, definition, as_declared },
          ];
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
    async imageOf(reference) {
      const found = await power.images.find({ ref: reference, platform: null });
      return found?.id ?? null;
    },
    lacks: (services) => lackedImage(power, services, containers),
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

/** The first image that these services lack, or that is not of their platform. */
async function lackedImage(
  power: PowerHost,
  services: readonly string[],
  containers: ChangeHost['containers'],
): Promise<string | null> {
  const { services: declared } = await power.catalog.current();
  const engine = await callEngineWithin(callMs, 'version', () => power.engine.docker.version());
  for (const { name, image_source } of declared) {
    if (!services.includes(name) || !image_source) continue;
    const { ref, has_build } = image_source;
    const platform = image_source.platform ?? `${engine.Os}/${engine.Arch}`;
    if ((await power.images.find({ ref, platform })) !== null) continue;
    const other = await power.images.find({ ref, platform: null });
    if (other === null) {
      const how = has_build ? `docker compose build ${name}` : `docker pull ${ref}`;
      return `${name}: the image ${ref} is not on this host: ${how}`;
    }
    // what runs already shows that this host can, as by emulation
    const own = (await containers([name])).filter(({ service }) => service === name);
    const ran = await Promise.all(
      own.map(({ image }) => power.images.find({ ref: image, platform: null })),
    );
    const isProved =
      image_source.platform === null && ran.some((one) => one?.architecture === other.architecture);
    if (!isProved)
      return `${name}: the image ${ref} is for ${other.os}/${other.architecture}, not for ${platform}`;
  }
  return null;
}

/** A tag has at most 128 characters, of fewer kinds than a service's name. */
const tagOf = (patchId: string, service: string): string =>
  `${patchId}.${service}`.replaceAll(/[^\w.-]/g, '_').slice(0, 128);

function unlessGone(error: unknown): null {
  if (isGone(error)) return null;
  throw error;
}
