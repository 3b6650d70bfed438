import { lstat } from 'node:fs/promises';
import { collide, mountedTwice, takenBy } from '../../domain/patches/typed/surroundings.ts';
import { callEngineWithin, isGone } from '../engine/engine-error.ts';
import type { PowerHost } from '../power/host/host.ts';

const callMs = 10_000;

type Services = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What the host lacks for the changed services, or gives to others; null if all is there. */
export async function lackedBy(
  power: PowerHost,
  project: string,
  services: Services,
  changed: readonly string[],
): Promise<string | null> {
  const taken = await portsOfOthers(power, project);
  for (const name of changed) {
    const service = services[name];
    if (service === undefined) continue;
    const { sources, ports, image } = takenBy(service);
    const twice = mountedTwice(service);
    if (twice !== null) return `${name}: two things are mounted on ${twice}`;
    for (const source of sources)
      if ((await lstat(source).catch(() => null)) === null)
        return `${name}: ${source}, which is mounted, does not exist`;
    const beside = Object.entries(services).flatMap(([other, one]) =>
      other === name ? [] : takenBy(one).ports,
    );
    const port = ports.find((one) => [...taken, ...beside].some((other) => collide(one, other)));
    if (port !== undefined) return `${name}: port ${port} is taken`;
    const isMissing =
      image !== null && service['build'] === undefined && !(await hasImage(power, image));
    if (isMissing) return `${name}: the image ${image} is not on this host: docker pull ${image}`;
  }
  return null;
}

/** Ports that containers of other projects publish now. */
async function portsOfOthers(power: PowerHost, project: string): Promise<string[]> {
  const found = await callEngineWithin(callMs, 'list', () => power.engine.docker.listContainers());
  return found
    .filter(({ Labels }) => Labels['com.docker.compose.project'] !== project)
    .flatMap(({ Ports }) => Ports)
    .filter(({ PublicPort }) => PublicPort !== undefined)
    .map(({ IP, PublicPort, Type }) => {
      const all = IP === undefined || IP === '0.0.0.0' || IP === '::';
      return `${all ? '*' : IP}:${PublicPort}/${Type}`;
    });
}

async function hasImage(power: PowerHost, image: string): Promise<boolean> {
  try {
    await callEngineWithin(callMs, 'image', () => power.engine.docker.getImage(image).inspect());
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
