import type { ComposeConfig, ComposeService } from '../../contracts/compose.ts';
import type { CatalogService } from '../../contracts/service.ts';
import { startNeeds, type StartDetails } from './start-details.ts';

export type StartFields = Pick<CatalogService, 'depends_on' | 'one_shot' | 'at_start'>;

const namespaces = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'] as const;

const sharedBy = (
  service: ComposeService,
  kinds: readonly (typeof namespaces)[number][],
): Set<string> =>
  new Set(
    kinds.flatMap((kind) => {
      const [word, name] = (service[kind] ?? '').split(':');
      return word === 'service' && name !== undefined ? [name] : [];
    }),
  );

/** Whether another service of the file joins the network namespace of this one's container. */
export const isNetworkShared = (name: string, { services }: ComposeConfig): boolean =>
  Object.values(services).some((other) => sharedBy(other, ['network_mode']).has(name));

/** A service's relations to other services, and the extra work at its start or stop. */
export function startFields(
  name: string,
  service: ComposeService,
  { services }: ComposeConfig,
  details: StartDetails,
  profiles: readonly string[],
): StartFields {
  const shared = sharedBy(service, namespaces);
  const others = Object.values(services);
  const isAwaited = others.some(
    ({ depends_on }) => depends_on?.[name]?.condition === 'service_completed_successfully',
  );
  const at_start = startNeeds(details);
  return {
    depends_on: Object.entries(service.depends_on ?? {})
      .filter(
        ([other, how]) =>
          (how.required ?? true) ||
          isEnabled(services[other], [...(service.profiles ?? []), ...profiles]),
      )
      .map(([other, how]) => ({
        service: other,
        condition: how.condition,
        required: how.required ?? true,
        ...(how.restart === true && { restart: true }),
        ...(shared.has(other) && { shares_namespace: true }),
      })),
    ...(isAwaited && { one_shot: true }),
    ...(at_start.length > 0 && { at_start }),
  };
}

/**
 * Whether an optional dependency is started: if it has no profiles, or if one of them is enabled, either because the
 * dependent service has it too or by COMPOSE_PROFILES.
 */
function isEnabled(other: ComposeService | undefined, on: readonly string[]): boolean {
  const needed = other?.profiles ?? [];
  return needed.length === 0 || on.includes('*') || needed.some((one) => on.includes(one));
}
