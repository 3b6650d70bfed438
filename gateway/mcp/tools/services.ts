import { z } from 'zod';
import type { Catalog, CatalogService } from '../../../contracts/service.ts';
import { field } from '../fields.ts';
import { fittingPage } from '../content/paging.ts';
import { defineTool, type AgentCall } from '../tool.ts';

const pageSize = 40;

/** What may be known of a service: no image digest, environment, label, command or mount. */
export const shownService = (host: string, service: CatalogService) => ({
  name: service.name,
  host,
  tier: service.tier,
  depends_on: service.depends_on.map((one) => one.service),
  default_ttl_seconds: service.default_ttl_ms / 1000,
  max_ttl_seconds: service.max_ttl_ms / 1000,
  memory_bytes: service.memory_bytes,
  cpus: service.cpus,
  auto_open: service.auto_open ?? true,
  ...(service.problem !== undefined && { untrusted_problem: service.problem.detail }),
});

/** What all open windows of a host have reserved, and what its budget leaves. */
function budgetOf({ host, services, budget }: Catalog, held: ReadonlySet<string>) {
  const sum = (of: (service: CatalogService) => number | null): number =>
    services.reduce(
      (all, one) => all + (held.has(`${host}/${one.name}`) ? (of(one) ?? 0) * one.replicas : 0),
      0,
    );
  const left = (most: number | null, used: number) => (most === null ? null : most - used);
  const [memory, cpus] = [sum((one) => one.memory_bytes), sum((one) => one.cpus)];
  return {
    host,
    memory_bytes: budget.memory_bytes,
    memory_bytes_left: left(budget.memory_bytes, memory),
    cpus: budget.cpus,
    cpus_left: left(budget.cpus, cpus),
  };
}

export async function servicesData({ context }: Pick<AgentCall, 'context'>, host?: string) {
  const { catalogs, leases } = await context.model.snapshot();
  const chosen = catalogs.filter((one) => host === undefined || one.host === host);
  const held = new Set([...leases.values()].flat().map((one) => `${one.host}/${one.service}`));
  return {
    hosts: chosen.map((one) => budgetOf(one, held)),
    services: chosen.flatMap((one) =>
      one.services.map((service) => shownService(one.host, service)),
    ),
  };
}

export const servicesTool = defineTool({
  name: 'vx11_services',
  title: 'Services of the compose files',
  description:
    'Which services exist, on which host, with dependencies, TTLs, memory and CPUs, and what is left of each host’s budget. Shows no environment, labels, commands or mounts. Only tier window can be opened, with vx11_open_window.',
  toolset: 'read',
  kind: 'read',
  steps: [],
  rest: 'pass next_cursor, or read the resource vx11://services/NAME',
  input: z.strictObject({ host: field.host.optional(), cursor: field.cursor.optional() }),
  async run({ host, cursor }, call) {
    const { hosts, services } = await servicesData(call, host);
    const from = Number(/^\d{1,6}$/.exec(cursor ?? '0')?.[0] ?? 0);
    const data = await fittingPage(pageSize, async (most) => {
      const next = from + most;
      const next_cursor = next < services.length ? String(next) : null;
      return { hosts, services: services.slice(from, next), next_cursor };
    });
    const more = data.next_cursor === null ? '' : ' There are more: pass next_cursor.';
    return { say: `${services.length} services on ${hosts.length} hosts.${more}`, data };
  },
});
