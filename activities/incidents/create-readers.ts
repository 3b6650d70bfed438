import { ants } from '../../domain/incidents/ants/table.ts';
import type { ServiceFact } from '../../domain/incidents/facts.ts';
import { readAntSettings, type AntSettings } from '../../domain/incidents/settings.ts';
import { isUp } from '../../domain/services/settle.ts';
import type { RemoteImage } from '../images/registry.ts';
import { lockOf, type PowerHost } from '../power/host/host.ts';
import type { AntDeps } from './deps.ts';
import { readBackups } from './readers/backups.ts';
import { readCertificateFiles } from './readers/certificate-files.ts';
import { createClockReader } from './readers/clocks.ts';
import { declaredPorts } from './readers/declared-ports.ts';
import { createDiskReader } from './readers/disks.ts';
import { createDriftReader } from './readers/drift.ts';
import { createEngineEars } from './readers/engine-ears.ts';
import { readExits } from './readers/exits.ts';
import { createFilesReader } from './readers/files.ts';
import { createImagesReader } from './readers/images.ts';
import { readLeftovers } from './readers/leftovers.ts';
import { createLogReader } from './readers/logs.ts';
import { readPorts } from './readers/ports.ts';
import { readPressure } from './readers/pressure.ts';
import { readServices } from './readers/services.ts';
import { createStoreReader } from './readers/store.ts';
import { readWork } from './readers/work.ts';
import { readZombies } from './readers/zombies.ts';
import { readSituation } from './situation.ts';

const dockerRoot = '/var/lib/docker';

interface ReaderSetup {
  home: string;
  /** Of the stack. */
  folder: string;
  settings: () => AntSettings;
  seal: (value: string) => string;
  /** Asks a registry for the image that it has under a reference. */
  remote: (reference: string) => Promise<RemoteImage | null>;
}

/** Wires what reads the facts of a host, and listens to its Engine. */
export function createReaders(
  power: PowerHost,
  { home, folder, settings, seal, remote }: ReaderSetup,
): Pick<AntDeps, 'readers' | 'woken'> {
  const { engine, catalog, seen, store, clock } = power;
  const services = readServices(power, () => leniently(settings).unhealthy_after_ms);
  const config = () => catalog.reading()?.config;
  const project = (): string => catalog.known()?.project ?? '';
  const containerOf = (service: string): string | null => {
    const { state, container_id } = seen.get(service);
    return isUp(state) && power.leases.live(service).length > 0 ? container_id : null;
  };
  const running = () =>
    (catalog.known()?.services ?? []).flatMap(({ name }) => {
      const container_id = containerOf(name);
      return container_id === null ? [] : [{ service: name, container_id }];
    });
  const holds = (service: string, id: string): boolean => {
    const { container_id, containers = [] } = seen.get(service);
    const isOne = container_id === id || containers.some((one) => one.id === id);
    return isOne && containerOf(service) !== null;
  };
  const ears = createEngineEars(power.watch, ants, {
    clock,
    isOurs: (service) => power.lock.busy(lockOf(service)),
    serviceOf: (id) =>
      (catalog.known()?.services ?? []).find(({ name }) => holds(name, id))?.name ?? null,
  });
  return {
    woken: ears.woken,
    readers: {
      engine: () =>
        engine.ping().then(
          () => ({ answers: true }),
          () => ({ answers: false }),
        ),
      services,
      exits: readExits(power, services),
      ooms: async () => ears.ooms((await services()) satisfies ServiceFact[]),
      pressure: readPressure,
      disks: createDiskReader(
        async () => [home, folder, dockerRoot, ...leniently(settings).disks],
        clock,
      ),
      leftovers: readLeftovers(engine.docker, () => ({
        project: project(),
        volumes: volumesIn(config()),
      })),
      certificate_files: readCertificateFiles(folder, () => settings().certificates),
      clocks: createClockReader(engine.docker),
      zombies: readZombies(engine.docker, running),
      ports: readPorts(async () => ({
        docker: engine.docker,
        project,
        declared: () => declaredPorts(config()),
        isAsleep: await sleepingIn(power),
      })),
      logs: createLogReader({ engine, rules: () => settings().logs, containerOf, clock }),
      store: createStoreReader(store),
      backups: readBackups(folder, () => settings().backups),
      work: readWork(power),
      drift: createDriftReader({ power, seal }),
      files: createFilesReader(power, folder, home),
      images: createImagesReader(power, {
        folder,
        remote,
        mayAsk: () => leniently(settings).images,
      }),
    },
  };
}

/** Which services wait for a window, and so should listen nowhere; the core's ports are VX11's own. */
async function sleepingIn(power: PowerHost): Promise<(service: string) => boolean> {
  const { isAsleep } = await readSituation(power);
  const services = power.catalog.known()?.services ?? [];
  const others = new Set(services.flatMap(({ name, tier }) => (tier === 'window' ? [] : [name])));
  return (service) => !others.has(service) && isAsleep(service);
}

/** The defaults where the settings are wrong, which the looks say that need them. */
function leniently(settings: () => AntSettings): AntSettings {
  try {
    return settings();
  } catch {
    return readAntSettings(undefined);
  }
}

/** The names of the volumes that the file declares, as the Engine has them. */
function volumesIn(config: Record<string, unknown> | undefined): Set<string> {
  const volumes = (config?.['volumes'] ?? {}) as Record<string, { name?: string } | null>;
  return new Set(Object.entries(volumes).map(([key, volume]) => volume?.name ?? key));
}
