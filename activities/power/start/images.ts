import type { CatalogService } from '../../../contracts/service.ts';
import type { ServiceFailure } from '../../../contracts/window.ts';
import { absentImage, buildFailure, pullFailure } from '../../../domain/services/image-failure.ts';
import {
  imageStep,
  type ImageStep,
  type LocalImage,
} from '../../../domain/services/image-source.ts';
import { CredentialError } from '../../images/credentials.ts';
import { DiskFullError, type ImageWanted } from '../../images/images.ts';
import { PullError } from '../../images/pull.ts';
import { ComposeError } from '../../compose/compose.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import { allDone } from '../../../platform/concurrency/all-done.ts';
import type { PowerHost, Cause } from '../host/host.ts';
import { reportImages, type ImageUpdates } from './image-updates.ts';

/** The result of preparing the images of services that are about to get containers. */
export interface PreparedImages {
  failures: Map<string, ServiceFailure>;
  /** Services whose containers use an older image than the current local one. */
  renewed: Set<string>;
}

/** One image that a service needs. */
interface Job extends ImageWanted {
  service: CatalogService;
  found: LocalImage | null;
  step: ImageStep;
}

/**
 * Makes sure that the images of these services are on the host, by each service's pull policy, as Compose does before
 * it creates containers. A missing image fails only its own service.
 * @param containers the existing containers, by service
 * @throws the reason of `signal` on abort; EngineError if the Engine is unavailable
 */
export async function prepareImages(
  power: PowerHost,
  services: readonly CatalogService[],
  containers: ReadonlyMap<string, ContainerSummary[]>,
  cause: Cause,
  signal: AbortSignal,
): Promise<PreparedImages> {
  const jobs = await jobsOf(power, services);
  const failures = new Map<string, ServiceFailure>();
  const waiting = jobs.filter(({ step }) => step !== 'use');
  if (waiting.length > 0) {
    await pullAll(power, waiting, failures, cause, signal);
    await buildAll(power, waiting, failures, cause, signal);
  }
  const renewed = new Set<string>();
  await Promise.all(
    services.map(async (service) => {
      const made = containers.get(service.name) ?? [];
      if (made.length === 0 || failures.has(service.name)) return;
      const image = await imageOf(power, service, jobs);
      if (image !== null && made.some(({ image_id }) => image_id !== null && image_id !== image.id))
        renewed.add(service.name);
    }),
  );
  return { failures, renewed };
}

async function jobsOf(power: PowerHost, services: readonly CatalogService[]): Promise<Job[]> {
  const lookups = new Map<string, Promise<LocalImage | null>>();
  const find = (wanted: ImageWanted): Promise<LocalImage | null> => {
    const key = keyOf(wanted);
    const known = lookups.get(key) ?? power.images.find(wanted);
    lookups.set(key, known);
    return known;
  };
  const all = services.flatMap(({ image_source, ...service }) => {
    if (image_source === null || image_source === undefined) return [];
    const { ref, platform, volume_images } = image_source;
    const whole = { ...service, image_source };
    const own = find({ ref, platform }).then((found): Job => {
      const step = imageStep(image_source, found, power.clock());
      return { service: whole, ref, platform, found, step };
    });
    // Compose pulls a missing image of a volume regardless of the service's pull policy
    const mounted = volume_images.map(async (source): Promise<Job> => {
      const found = await find({ ref: source, platform: null });
      const step = found === null ? 'pull' : 'use';
      return { service: whole, ref: source, platform: null, found, step };
    });
    return [own, ...mounted];
  });
  return Promise.all(all);
}

const keyOf = ({ ref, platform }: ImageWanted): string => `${ref} ${platform ?? ''}`;

/** The image from which a service's containers are created now. */
function imageOf(
  power: PowerHost,
  { image_source }: CatalogService,
  jobs: readonly Job[],
): Promise<LocalImage | null> {
  if (!image_source) return Promise.resolve(null);
  const job = jobs.find((one) => keyOf(one) === keyOf(image_source) && one.step === 'use');
  return job === undefined ? power.images.find(image_source) : Promise.resolve(job.found);
}

/** Whether one of the services has a build section for this image. */
const isBuilt = (jobs: readonly Job[], ref: string): boolean =>
  jobs.some(({ service }) => {
    const { image_source } = service;
    return image_source?.ref === ref && image_source.has_build;
  });

async function pullAll(
  power: PowerHost,
  jobs: readonly Job[],
  failures: Map<string, ServiceFailure>,
  cause: Cause,
  signal: AbortSignal,
): Promise<void> {
  for (const { service, ref, step } of jobs)
    if (step === 'missing' && !isBuilt(jobs, ref))
      failures.set(service.name, { service: service.name, ...absentImage(service.name, ref) });
  const groups = Map.groupBy(
    jobs.filter(({ step }) => step === 'pull'),
    keyOf,
  );
  await allDone(
    [...groups.values()].map(async (group) => {
      const [first] = group as [Job];
      const names = group.map(({ service }) => service.name);
      const updates = reportImages(power, names, first.ref, cause);
      let began = false;
      try {
        await power.images.pull(
          first,
          (progress) => {
            began ||= progress.current_bytes > 0;
            updates.pulling(progress);
          },
          signal,
        );
        await updates.pulled();
      } catch (error) {
        await endUpdates(updates, signal);
        const failure = failedPull(first, began, error);
        if (isBuilt(jobs, first.ref)) return;
        for (const service of names) failures.set(service, { service, ...failure });
      }
    }),
  );
}

/** Clears the progress of a failed pull or build. On abort it does not wait, so that it delays no close. */
async function endUpdates(updates: ImageUpdates, signal: AbortSignal): Promise<void> {
  const ended = updates.ended();
  signal.throwIfAborted();
  await ended;
}

function failedPull(
  { ref, platform, service, found }: Job,
  began: boolean,
  error: unknown,
): Pick<ServiceFailure, 'error' | 'detail'> {
  if (error instanceof DiskFullError) return { error: 'disk_full', detail: error.message };
  if (error instanceof CredentialError)
    return {
      error: 'pull_failed',
      detail: `${ref} was not pulled: ${error.message}; put Docker's config right, or run docker login`,
    };
  if (!(error instanceof PullError)) throw error;
  const { message } = error;
  const present = found !== null;
  return pullFailure({ ref, platform, service: service.name, present, began, message });
}

/** Builds the images of services with a build section that are still missing, or whose pull policy is to build. */
async function buildAll(
  power: PowerHost,
  jobs: readonly Job[],
  failures: Map<string, ServiceFailure>,
  cause: Cause,
  signal: AbortSignal,
): Promise<void> {
  const builds = jobs.filter(
    ({ service, ref, step }) =>
      service.image_source?.ref === ref && service.image_source.has_build && step !== 'use',
  );
  await allDone(
    builds.map(async (job) => {
      const { service, ref } = job;
      const { name } = service;
      if (job.step === 'pull' && (await power.images.find(job)) !== null) return;
      const updates = reportImages(power, [name], ref, cause);
      const last: string[] = [];
      try {
        await power.images.build(
          name,
          (line) => {
            last.push(line);
            if (last.length > keptLines) last.shift();
            updates.building(line);
          },
          signal,
        );
        await updates.built();
      } catch (error) {
        await endUpdates(updates, signal);
        if (!(error instanceof ComposeError)) throw error;
        const lines = last.length > 0 ? last : [error.message];
        failures.set(name, { service: name, ...buildFailure(name, lines) });
      }
    }),
  );
  await failWaiters(power, jobs, builds, failures);
}

/** Number of output lines that a failed build reports. */
const keptLines = 5;

/** Fails services whose image was to be built by another service whose build failed. */
async function failWaiters(
  power: PowerHost,
  jobs: readonly Job[],
  builds: readonly Job[],
  failures: Map<string, ServiceFailure>,
): Promise<void> {
  for (const job of jobs) {
    const { name } = job.service;
    const built = builds.find((one) => one.ref === job.ref);
    const failure = built && failures.get(built.service.name);
    if (failure === undefined || failures.has(name)) continue;
    if ((await power.images.find(job)) === null) failures.set(name, { ...failure, service: name });
  }
}
