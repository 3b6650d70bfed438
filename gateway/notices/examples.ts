import type { ChannelView, NoticeMessage } from '../../contracts/notice-message.ts';

export const channelExample: ChannelView = {
  name: 'phone',
  type: 'ntfy',
  address: 'https://ntfy.sh/home-vx11',
  events: ['window.deadline', 'plan.waiting'],
  severity: 'info',
  problems: [],
  host: 'box',
  waiting: 0,
  dead: 0,
};

export const messageExample: NoticeMessage = {
  message_id: 'notice-0f3a9b1c2d4e5f60',
  host: 'box',
  channel: 'phone',
  status: 'sent',
  notices: [
    {
      type: 'plan.waiting',
      severity: 'high',
      title: 'A plan waits for a yes: plan-1b2c3d4e5f607182',
      text: 'vx11 plan show plan-1b2c3d4e5f607182 shows what it would do.',
      subject: 'plan-1b2c3d4e5f607182',
      at: '2026-11-21T12:00:00.000Z',
      valid_until: '2026-11-21T12:15:00.000Z',
    },
  ],
  count: 1,
  attempts: 1,
  created_at: '2026-11-21T12:00:31.000Z',
  next_at: null,
  ended_at: '2026-11-21T12:00:31.200Z',
  error: null,
};
