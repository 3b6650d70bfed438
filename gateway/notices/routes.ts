import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { channelName } from '../../contracts/notice-channel.ts';
import {
  channelListAnswer,
  messageId,
  noticeMessage,
  outboxAnswer,
  outboxQuery,
} from '../../contracts/notice-message.ts';
import { messageCursorPattern } from '../../store/notices/messages.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { hostBody } from '../../contracts/schedule.ts';
import { answers, idempotencyHeaders, noBody, noQuery } from '../http/route-schema.ts';
import { createChannels } from './channels.ts';
import { channelExample, messageExample } from './examples.ts';

const rule = { scope: 'operator', idempotent: true } as const;
const tags = ['notices'] as const;
const query = outboxQuery.extend({ cursor: z.string().regex(messageCursorPattern).optional() });
const defaultLimit = 20;

/** Shows the channels and the outbox, sends a test, and retries a dead message. */
export const noticeRoutes: Routes = (context) => async (app) => {
  const { store, clock, windows, model } = context;
  const channels = createChannels(context, model);

  app.route({
    method: 'GET',
    url: '/vx11/notices/channels',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listChannels',
      tags: [...tags],
      summary: 'The channels of x-vx11.notify, without their secrets',
      querystring: noQuery,
      response: answers({
        200: channelListAnswer.meta({ examples: [{ channels: [channelExample], problems: [] }] }),
      }),
    },
    handler: () => channels.list(),
  });

  app.route({
    method: 'POST',
    url: '/vx11/notices/channels/:name/test',
    config: { rule },
    schema: {
      operationId: 'testChannel',
      tags: [...tags],
      summary: 'Send a test message to a channel',
      description: 'Answers once it is in the outbox; GET /vx11/notices shows what became of it.',
      params: z.strictObject({ name: channelName }),
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: hostBody.meta({ examples: [{}] }),
      response: answers({ 202: noticeMessage.meta({ examples: [messageExample] }) }),
    },
    handler: async (request, reply) => {
      await windows.requireMadre();
      const { name } = request.params;
      const message = await channels.test(name, request.body.host, callerOf(request).name);
      return reply.code(202).send(message);
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/notices',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listNotices',
      tags: [...tags],
      summary: 'The outbox: messages that wait, were sent, or could not be sent; newest first',
      querystring: query,
      response: answers({
        200: outboxAnswer.meta({
          examples: [{ messages: [messageExample], held: 0, next_cursor: null }],
        }),
      }),
    },
    handler: async ({ query: { limit = defaultLimit, ...filter } }) => ({
      ...(await store().messages.list({ ...filter, limit })),
      held: await store().outbox.held(),
    }),
  });

  app.route({
    method: 'POST',
    url: '/vx11/notices/:message_id/retry',
    config: { rule: { ...rule, bodyOptional: true } },
    schema: {
      operationId: 'retryNotice',
      tags: [...tags],
      summary: 'Try a dead message again, at once',
      params: z.strictObject({ message_id: messageId }),
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: noticeMessage.meta({ examples: [messageExample] }) }),
    },
    handler: async ({ params: { message_id } }) => {
      const message = await store().messages.retry(message_id, clock());
      if (message !== null) return message;
      throw new VX11Error('notice_not_dead', `${message_id} is not a message that is dead.`);
    },
  });
};
