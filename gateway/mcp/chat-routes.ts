import { z } from 'zod';
import {
  agentChatAnswer,
  agentChatBody,
  agentSessionAnswer,
  type AgentChatAnswer,
} from '../../contracts/agent-chat.ts';
import { sessionId } from '../../contracts/chat.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import { cleanText } from '../../platform/clean-text.ts';
import { isoTime } from '../../platform/time.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { refuseKey } from '../http/idempotency.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { chatExample, examplePlanId } from '../plans/examples.ts';
import { ownSession } from '../plans/own-session.ts';
import { createHideSecrets } from './content/clean.ts';
import { insideDoor } from './door.ts';
import { openMcp } from './content/result.ts';
import { howToConfirm } from './tools/plans.ts';
import { talk } from './tools/talk.ts';

const at = '2026-11-21T12:00:00.000Z';

const agentChatExample: AgentChatAnswer = {
  session_id: 'desk',
  response: chatExample.response,
  actions_taken: [{ action: 'CLOSE_WINDOW', status: 'WAITING', plan_id: examplePlanId }],
  reasoning: null,
  confidence: 0.9,
  timestamp: at,
  hint: `A person runs: vx11 plan confirm ${examplePlanId}`,
};

const agentSessionExample: z.infer<typeof agentSessionAnswer> = {
  session_id: 'desk',
  created_at: at,
  last_interaction: at,
  turns_count: 1,
  history: [
    { role: 'user', content: 'stop redis', timestamp: at },
    { role: 'assistant', content: chatExample.response, timestamp: at },
  ],
};

/** Chat for agents that speak no MCP, with the same rights. */
export const mcpChatRoutes: Routes = (context) => async (app) => {
  const { clock } = context;
  const hide = createHideSecrets(context.config);
  const shown = (text: string): string => hide(cleanText(text).text);

  app.route({
    method: 'POST',
    url: '/mcp/chat',
    config: { rule: { scope: 'agent', countsAsRead: true } },
    schema: {
      operationId: 'agentChat',
      tags: ['agents'],
      summary: 'Chat for agents: what would change something becomes a plan that waits',
      description:
        'Without require_action only reads are answered. While the window of mcp is closed: error off_by_policy.',
      querystring: noQuery,
      body: agentChatBody.meta({
        examples: [{ user_message: 'stop redis', require_action: true, session_id: 'desk' }],
      }),
      response: answers({ 200: agentChatAnswer.meta({ examples: [agentChatExample] }) }),
    },
    handler: async (request) => {
      refuseKey(request);
      const {
        user_message,
        message,
        require_action = false,
        session_id,
        context: about,
      } = request.body;
      const said = { message: (user_message ?? message)!, session_id, dryRun: !require_action };
      const who = {
        context,
        caller: callerOf(request),
        correlationId: request.id,
        client: null,
        tool: 'POST /mcp/chat',
      };
      const timestamp = isoTime(clock());
      try {
        const { answer } = await insideDoor(context, request.signal, () => talk(who, said, about));
        const waits = answer.status === 'WAITING';
        const { plan_id } = answer;
        return {
          session_id: answer.session_id,
          response: shown(answer.response),
          actions_taken:
            plan_id === null
              ? []
              : answer.actions
                  .filter(({ type }) => type !== 'NOOP')
                  .map(({ type, status }) => ({
                    action: type,
                    status: waits ? ('WAITING' as const) : status,
                    plan_id,
                  })),
          reasoning: answer.reasoning === null ? null : shown(answer.reasoning),
          confidence: answer.confidence,
          timestamp,
          ...(answer.error !== null && { error: answer.error }),
          ...(waits && plan_id !== null && { hint: `A person runs: ${howToConfirm({ plan_id })}` }),
        };
      } catch (error) {
        if (!(error instanceof VX11Error) || error.code !== 'off_by_policy') throw error;
        return {
          session_id: session_id ?? `session-${newId('run').slice('run-'.length)}`,
          response: error.message,
          actions_taken: [],
          reasoning: null,
          confidence: 1,
          timestamp,
          error: error.code,
          hint: openMcp,
        };
      }
    },
  });

  app.route({
    method: 'GET',
    url: '/mcp/session/:session_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAgentSession',
      tags: ['agents'],
      summary: 'A chat session of yours, as a list of messages: its newest 50 turns',
      params: z.strictObject({ session_id: sessionId }),
      querystring: noQuery,
      response: answers({ 200: agentSessionAnswer.meta({ examples: [agentSessionExample] }) }),
    },
    handler: async (request) => {
      const id = request.params.session_id;
      const session = await ownSession(context, callerOf(request), id);
      return {
        session_id: id,
        created_at: session.created_at,
        last_interaction: session.updated_at,
        turns_count: session.message_count,
        history: session.messages.flatMap(({ at: timestamp, message, response }) => [
          { role: 'user' as const, content: shown(message), timestamp },
          { role: 'assistant' as const, content: shown(response), timestamp },
        ]),
      };
    },
  });
};
