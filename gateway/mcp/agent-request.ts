import type { AuthInfo } from '@modelcontextprotocol/server';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../http/caller.ts';
import type { Narrowing } from './tool.ts';

/** One POST of an agent, after its token was checked. */
export interface AgentRequest {
  caller: Caller;
  correlationId: string;
  narrowing: Narrowing;
  /** Of the gateway, as this client reaches it. */
  origin: string;
  /** Its token is watched while a stream is open. */
  request: FastifyRequest;
}

/** The agent as the SDK hands it on to handlers. The gateway has checked the token. */
export const authInfoOf = (agent: AgentRequest): AuthInfo => ({
  token: '',
  clientId: agent.caller.id,
  scopes: [agent.caller.scope],
  extra: { agent },
});

export const agentIn = (info: AuthInfo | undefined): AgentRequest | undefined =>
  info?.extra?.['agent'] as AgentRequest | undefined;
