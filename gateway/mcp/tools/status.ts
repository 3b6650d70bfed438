import { z } from 'zod';
import type { ServiceStatus } from '../../../contracts/service.ts';
import { agentsDoor } from '../../../domain/plans/confirm-in-client.ts';
import { mapMaybe } from '../../reads/maybe-promise.ts';
import { agentsUntil } from '../door.ts';
import { field } from '../fields.ts';
import { defineTool, type AgentCall } from '../tool.ts';

const mostServices = 50;

/** A service as agents see it. Only what VX11 itself says is trusted; the Engine's words are not. */
const shown = ({ name, host, tier, state, health, until, reason }: ServiceStatus) => ({
  name,
  host,
  tier,
  state,
  health,
  until,
  ...(health === 'off_by_policy'
    ? { why: 'asleep: nobody opened it' }
    : reason !== null && { untrusted_why: reason }),
});

/** The machine for an agent: mode, what is open, what waits, the services. */
export async function statusData(
  { context }: Pick<AgentCall, 'context'>,
  only: { service?: string | undefined; host?: string | undefined } = {},
): Promise<Record<string, unknown>> {
  const [status, snapshot, counts] = await Promise.all([
    context.statusCache.status(),
    context.model.snapshot(),
    context.model.planCounts(),
  ]);
  const found = status.services.filter(
    ({ name, host }) =>
      (only.service === undefined || name === only.service) &&
      (only.host === undefined || host === only.host),
  );
  const asleep = found.find(
    ({ health, tier, name }) =>
      tier === 'window' && health === 'off_by_policy' && name !== agentsDoor,
  );
  return {
    mode: status.mode,
    madre_available: status.madre_available,
    agents_until: await mapMaybe(snapshot, (now) => agentsUntil(now, context.clock())),
    counts: {
      open: status.windows.filter(({ state }) => state === 'open').length,
      waiting_plans: counts.WAITING ?? 0,
    },
    services: found.slice(0, mostServices).map(shown),
    ...(found.length > mostServices && { more_services: found.length - mostServices }),
    ...(asleep !== undefined && {
      next: `vx11_open_window ${JSON.stringify({ services: [only.service ?? asleep.name], ttl_seconds: 600, reason: '…' })}`,
    }),
  };
}

export const statusTool = defineTool({
  name: 'vx11_status',
  title: 'Status',
  description:
    'What runs, what sleeps and why, until when agents are let in, and how many plans wait. Reads only; wakes nothing and extends nothing. off_by_policy means asleep, not broken: ask for it with vx11_open_window.',
  toolset: 'read',
  kind: 'read',
  steps: [],
  answersAsleep: () => true,
  rest: 'name a service or host, or page through vx11_services',
  input: z.strictObject({ service: field.service.optional(), host: field.host.optional() }),
  async run(input, call) {
    const { name, scope } = call.caller;
    const data: Record<string, unknown> = {
      you: { name, scope },
      ...(await statusData(call, input)),
    };
    const services = data['services'] as { name: string; health: string; until: string | null }[];
    const { open, waiting_plans } = data['counts'] as { open: number; waiting_plans: number };
    const one = input.service === undefined ? undefined : services[0];
    const until = data['agents_until'] as string | null;
    const door =
      until === null ? 'Agents are not let in now.' : `Agents are let in until ${until}.`;
    const what =
      one === undefined
        ? `${open} windows are open and ${waiting_plans} plans wait.`
        : `${one.name} is ${one.health}${one.until === null ? '' : ` until ${one.until}`}.`;
    return { say: `${what} ${door}`, data };
  },
});
