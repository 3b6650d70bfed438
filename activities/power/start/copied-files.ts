import type { StartDetails } from '../../../domain/services/start-details.ts';
import type { CatalogService } from '../../../contracts/service.ts';
import { ComposeError } from '../../compose/compose.ts';
import { tarOf } from '../../engine/tar.ts';
import type { PowerHost } from '../host/host.ts';

/**
 * Returns the settings that a start or stop of this service needs from the compose file; null if it needs none.
 * @throws ComposeError if this process has not been able to read the file yet
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
 * Copies inline configs and secrets from the environment into a container, as Compose does right before a start.
 * Their content is read now and not stored.
 * @throws ComposeError with the name of the config or secret that cannot be copied
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
