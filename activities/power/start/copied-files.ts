import type { StartDetails } from '../../../domain/services/start-details.ts';
import type { CatalogService } from '../../../contracts/service.ts';
import { ComposeError } from '../../compose/compose.ts';
import { tarOf } from '../../engine/tar.ts';
import type { PowerHost } from '../host/host.ts';

/**
 * What a start or a stop of this service takes from the compose file; null where it takes nothing.
 * @throws ComposeError when the file could not be read since this process began
 */
export function detailsOf(power: PowerHost, service: CatalogService | null): StartDetails | null {
  if (service?.at_start === undefined) return null;
  const details = power.catalog.details(service.name);
  if (details !== null) return details;
  throw new ComposeError(
    `its ${service.at_start.join(', ')} cannot be read from the compose file; put the file right: vx11 doctor says what is wrong with it`,
  );
}

/**
 * Copies inline configs and secrets from the environment into a container, as Compose does right before it starts one.
 * Their content is read now, and kept nowhere.
 * @throws ComposeError with the name of what cannot be copied
 */
export async function copyFiles(
  power: PowerHost,
  service: CatalogService | null,
  id: string,
): Promise<void> {
  const details = detailsOf(power, service);
  if (details === null || details.files.length === 0) return;
  const names = details.files.flatMap(({ from }) => ('variable' in from ? [from.variable] : []));
  const values =
    names.length === 0 ? new Map() : await power.compose.variables([...new Set(names)]);
  for (const { kind, name, from, target, mode, uid, gid } of details.files) {
    const content = 'content' in from ? from.content : values.get(from.variable);
    if (content === undefined) {
      const variable = 'variable' in from ? from.variable : '';
      throw new ComposeError(
        `environment variable "${variable}" required by ${kind} "${name}" is not set; set it where VX11 starts, or in .env`,
      );
    }
    if (content === '') continue;
    if (details.read_only) {
      throw new ComposeError(
        `cannot create ${kind} "${name}" in a read-only service; give it as a file instead`,
      );
    }
    const owner = { uid: numberOf(uid, kind, name), gid: numberOf(gid, kind, name) };
    const file = { path: target, content: Buffer.from(content), mode, modified: Date.now() };
    await power.engine.copyIn(id, tarOf([{ ...file, ...owner }]), uid !== '' || gid !== '');
  }
}

function numberOf(text: string, kind: string, name: string): number {
  if (text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw new ComposeError(`the uid and gid of ${kind} "${name}" have to be numbers, not "${text}"`);
}
