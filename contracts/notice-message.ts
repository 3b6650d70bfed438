import { z } from 'zod';
import { channelName, declaredChannel } from './notice-channel.ts';
import { notice } from './notice.ts';
import { hostName, instant } from './text.ts';

export const messageStatus = z
  .enum(['waiting', 'sent', 'dead', 'expired'])
  .meta({ description: 'dead: refused, or not accepted in any try' });
export type MessageStatus = z.infer<typeof messageStatus>;

export const messageId = z
  .string()
  .max(64)
  .regex(/^notice-[0-9a-f]{8,}$/, 'must be the id of a message');

/** Notices that are sent to a channel together. The id is the same in every try. */
export const noticeMessage = z.strictObject({
  message_id: messageId,
  host: hostName,
  channel: z.string(),
  status: messageStatus,
  notices: z.array(notice).meta({ description: 'At most 20; count says how many there are' }),
  count: z.int(),
  attempts: z.int(),
  created_at: instant,
  next_at: instant.nullable().meta({ description: 'When the next try is due' }),
  ended_at: instant.nullable(),
  error: z.string().nullable().meta({ description: 'Why the last try failed' }),
});
export type NoticeMessage = z.infer<typeof noticeMessage>;

export const outboxQuery = z.strictObject({
  status: messageStatus.optional(),
  channel: channelName.optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
});

export const outboxAnswer = z.strictObject({
  messages: z.array(noticeMessage),
  held: z
    .int()
    .meta({ description: 'Notices that wait for others, or for the end of quiet hours' }),
  next_cursor: z.string().nullable(),
});

/** A channel as people see it. */
export const channelView = declaredChannel
  .omit({ source: true })
  .extend({ host: hostName, waiting: z.int(), dead: z.int() });
export type ChannelView = z.infer<typeof channelView>;

export const channelListAnswer = z.strictObject({
  channels: z.array(channelView),
  problems: z.array(z.string()).meta({ description: 'Mistakes in x-vx11.notify itself' }),
});
