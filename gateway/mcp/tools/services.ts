import { z } from 'zod';
import type { Catalog, CatalogService } from '../../../contracts/service.ts';
import { takenBy } from '../../../domain/windows/admission.ts';
import { leasedNeeds } from '../../../domain/windows/room.ts';
import type { Snapshot } from '../../reads/snapshot.ts';
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
  ...(service.gpu != null && { gpu: service.gpu }),
  auto_open: service.auto_open ?? true,
  ...(service.problem !== undefined && { untrusted_problem: service.problem.detail }),
});

/** The budget of a host, and what its windows leave of it; null without a limit. */
function budgetOf(catalog: Catalog, snapshot: Snapshot, now: number) {
  const { host, budget } = catalog;
  const taken = takenBy(leasedNeeds(catalog, snapshot, now), budget);
  const { gpus = null, gpu_memory_bytes = null } = budget;
  const left = (most: number | null, used: number) => (most === null ? null : most - used);
  return {
    host,
    memory_bytes: budget.memory_bytes,
    memory_bytes_left: left(budget.memory_bytes, taken.memory_bytes),
    cpus: budget.cpus,
    cpus_left: left(budget.cpus, taken.cpus),
    gpus,
    gpus_left: left(gpus, taken.gpus),
    gpu_memory_bytes,
    gpu_memory_bytes_left: left(gpu_memory_bytes, taken.gpu_memory_bytes),
  };
}

export async function servicesData({ context }: Pick<AgentCall, 'context'>, host?: string) {
  const snapshot = await context.model.snapshot();
  const chosen = snapshot.catalogs.filter((one) => host === undefined || one.host === host);
  return {
    hosts: chosen.map((one) => budgetOf(one, snapshot, context.clock())),
    services: chosen.flatMap((one) =>
      one.services.map((service) => shownService(one.host, service)),
    ),
  };
}

export const servicesTool = defineTool({
  name: 'vx11_services',
  title: 'Services of the compose files',
  description:
    'Which services exist, on which host, with dependencies, TTLs, memory, CPUs and GPUs, and what is left of each host’s budget. Shows no environment, labels, commands or mounts. Only tier window can be opened, with vx11_open_window.',
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
