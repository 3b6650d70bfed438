import { newId } from '../../../contracts/ids.ts';
import type { MessageStatus } from '../../../contracts/notice-message.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { readNotify } from '../../../domain/notices/read-notify.ts';
import { readWindowSchedules } from '../../../domain/schedules/read-window-schedules.ts';
import type { Store } from '../../../store/index.ts';
import { iso, minute } from '../../domain/samples.ts';

/** Who is notified: two channels, one of which has a mistake. */
export const notify = readNotify({
  channels: [
    { name: 'phone', type: 'ntfy', url: 'https://ntfy.sh', topic: 'home-vx11' },
    { name: 'team', type: 'slack', url: { file: 'secrets/slack-url' }, severity: 'high' },
    { name: 'pager', type: 'webhook', url: 'https://alerts.example/vx11', secret: 'in the file' },
  ],
  group: 'soon',
});

const zone = { timezone: 'Europe/Madrid' };

/** When windows open by themselves: one that runs, one that the file pauses, one with a mistake. */
export const windowSchedules = readWindowSchedules(
  [
    {
      name: 'backup',
      services: ['db'],
      cron: '30 2 * * *',
      ...zone,
      ttl: '45m',
      reason: 'nightly',
    },
    { name: 'movies', services: ['jellyfin'], cron: '0 20 * * fri,sat', ttl: '4h', paused: true },
    { name: 'wrong', services: ['gitea'], cron: '0 3 * * *', ttl: 'soon' },
  ],
  ['db', 'jellyfin', 'gitea'],
);

/** Messages in every state. */
export async function seedNotices(store: Store): Promise<void> {
  const now = Date.now();
  const message = async (
    channel: string,
    notice: Pick<Notice, 'type' | 'severity' | 'title' | 'text' | 'subject'>,
    status: Exclude<MessageStatus, 'waiting'> | null,
    error: string | null = null,
  ): Promise<void> => {
    const id = newId('notice');
    const whole = { ...notice, at: iso(now - 4 * minute), valid_until: null };
    await store.messages.post(id, 'box', channel, whole, now - 4 * minute);
    if (status === null) return;
    await store.messages.mark(id, { status, at: now - 3 * minute, error, attempts: error ? 7 : 1 });
  };
  const plan = 'plan-1b2c3d4e5f607182';
  const waiting = {
    type: 'plan.waiting',
    severity: 'high',
    title: `A plan waits for a yes: ${plan}`,
    text: `vx11 plan show ${plan} shows what it would do.`,
    subject: plan,
  } as const;
  const incident = {
    type: 'incident.opened',
    severity: 'critical',
    title: '/ is almost full',
    text: '4 % of / is free. vx11 incidents shows it.',
    subject: 'incident-00000002',
  } as const;
  await message('phone', waiting, 'sent');
  await message('team', waiting, 'dead', 'the receiver answered 404 Not Found');
  await message('phone', incident, 'expired');
  await message('team', incident, null);
}

/** The schedules of the file as madre keeps them, and one that was added, with what became of its times. */
export async function seedSchedules(store: Store): Promise<void> {
  const now = Date.now();
  const added = readWindowSchedules(
    [{ name: 'evenings', services: ['immich'], cron: '0 18 * * *', ...zone, ttl: '2h' }],
    ['immich'],
  );
  const put = (declared: (typeof windowSchedules)[number], source: 'file' | 'api') =>
    store.windowSchedules.put(
      {
        host: 'box',
        source,
        declared,
        owner: source === 'api' ? 'ben' : 'madre',
        owner_id: null,
        now: now - 3 * 1440 * minute,
        mayBeKnown: true,
      },
      [],
    );
  for (const one of windowSchedules) await put(one, 'file');
  await put(added[0]!, 'api');
  const outcomes = ['opened', 'missed', 'skipped_open'] as const;
  await store.windowSchedules.decide(
    'box',
    'backup',
    now,
    outcomes.map((outcome, nth) => {
      const at = now - (nth + 1) * 1440 * minute;
      const event = { type: 'schedule.opened' as const, at, actor: 'madre', payload: {} };
      const detail = outcome === 'missed' ? 'VX11 was down' : null;
      return { slot: iso(at).slice(0, 16), at, outcome, window_id: null, detail, event };
    }),
  );
}
