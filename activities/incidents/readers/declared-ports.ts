import type { ComposeConfig } from '../../../contracts/compose.ts';
import type { DeclaredPort } from './ports.ts';

/** The TCP ports that the services of a compose file publish. */
export const declaredPorts = (config: ComposeConfig | undefined): DeclaredPort[] =>
  Object.entries(config?.services ?? {}).flatMap(([service, { ports = [] }]) =>
    ports
      .filter(({ protocol = 'tcp' }) => protocol === 'tcp')
      .map(({ target, published, host_ip }) => ({
        service,
        target,
        published: wholeNumber(published),
        host_ip: typeof host_ip === 'string' ? host_ip : null,
      })),
  );

/** Null for a random port and for a range. */
function wholeNumber(text: unknown): number | null {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 ? port : null;
}
