import type { Capture } from '../../../domain/repair/capture.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';
import type { Engine } from '../../engine/engine.ts';
import { listBeside, nameOf } from '../list-beside.ts';

const callMs = 10_000;
/** The names of Linux for what images name as Go does. */
const architectures: Record<string, string> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  i686: '386',
};

type HostFacts = Pick<Capture, 'images' | 'networks' | 'volumes' | 'ports_in_use' | 'host'>;

/** What the Engine has beside the stack: a name or a port may be taken, or only nearly right. */
export async function factsAround({ docker }: Engine): Promise<HostFacts> {
  const [info, images, { containers, networks, volumes, sockets }] = await Promise.all([
    callEngineWithin(callMs, 'info', () => docker.info() as Promise<EngineInfo>),
    callEngineWithin(callMs, 'image list', () => docker.listImages()),
    listBeside(docker),
  ]);
  const ports = new Map<number, string | null>();
  for (const { port } of sockets) ports.set(port, null);
  for (const container of containers) {
    for (const { PublicPort } of container.Ports)
      if (PublicPort) ports.set(PublicPort, nameOf(container));
  }
  return {
    images: images
      .flatMap(({ RepoTags }) => (RepoTags as string[] | null) ?? [])
      .filter((tag) => !tag.startsWith('<none>')),
    networks,
    volumes,
    ports_in_use: [...ports].map(([port, container]) => ({ port, container })),
    host: {
      memory_bytes: info.MemTotal,
      cpus: info.NCPU,
      architecture: architectures[info.Architecture] ?? info.Architecture,
    },
  };
}

interface EngineInfo {
  MemTotal: number;
  NCPU: number;
  Architecture: string;
}
