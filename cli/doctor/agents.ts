import type { z } from 'zod';
import { statusAnswer } from '../../contracts/status.ts';
import { tokenListAnswer, type TokenView } from '../../contracts/token.ts';
import { agentsDoor } from '../../domain/plans/confirm-in-client.ts';
import type { GatewayClient } from '../../client/gateway-client.ts';
import { isoTime } from '../../platform/time.ts';
import { ok, type Check, type Finding } from './finding.ts';

/** Whether agents are let in now, and until when. */
export function agentsFinding({
  services,
  windows,
}: Pick<z.infer<typeof statusAnswer>, 'services' | 'windows'>): Finding {
  if (!services.some(({ name }) => name === agentsDoor)) {
    return ok('agents', 'are not let in: the compose file has no service mcp (docs/agents.md)');
  }
  const open = windows.filter(
    ({ state, members }) => state === 'open' && members.includes(agentsDoor),
  );
  if (open.length === 0) {
    return ok('agents', 'are not let in: mcp sleeps; vx11 open mcp --ttl 30m lets them in');
  }
  const ends = open.map(({ expires_at }) =>
    expires_at === null ? Infinity : Date.parse(expires_at),
  );
  const last = Math.max(...ends);
  if (last === Infinity) return ok('agents', 'are let in without an end: mcp is held open');
  return ok('agents', `are let in until ${isoTime(last)}`);
}

/** The tokens of agents that are live: whose they are, and when they were last used. */
export const agentTokensFinding = (tokens: readonly TokenView[], now: number): Finding[] => {
  const live = tokens.filter(
    ({ scope, revoked_at, expires_at }) =>
      scope === 'agent' &&
      revoked_at === null &&
      (expires_at === null || Date.parse(expires_at) > now),
  );
  if (live.length === 0) return [];
  const said = live.map(({ name, agent, last_used_at, expires_at }) => {
    const whose = agent === null ? '' : ` (${agent.host}, for ${agent.person})`;
    const used = last_used_at === null ? 'never used' : `last used ${last_used_at}`;
    return `${name}${whose}: ${used}, ends ${expires_at ?? 'never'}`;
  });
  return [ok('agent tokens', said.join('; '))];
};

/** Looks at the door of agents and at their tokens; gatewayCheck reports a gateway that does not answer. */
export const agentsCheck = (gateway: GatewayClient): Check => ({
  name: 'agents',
  fix: '',
  async run() {
    const [door, tokens] = await Promise.allSettled([
      gateway.call('GET', '/vx11/status', statusAnswer),
      // only an admin may list them
      gateway.call('GET', '/vx11/tokens', tokenListAnswer),
    ]);
    return [
      ...(door.status === 'fulfilled' ? [agentsFinding(door.value)] : []),
      ...(tokens.status === 'fulfilled' ? agentTokensFinding(tokens.value.tokens, Date.now()) : []),
    ];
  },
});
