import type { WindowScheduleView } from '../../contracts/window-schedule.ts';

export const windowScheduleExample: WindowScheduleView = {
  name: 'backup',
  services: ['db'],
  cron: ['30 2 * * *'],
  timezone: 'Europe/Madrid',
  ttl_seconds: 2700,
  reason: 'nightly backup',
  paused: false,
  paused_in_file: false,
  problems: [],
  host: 'box',
  source: 'api',
  owner: 'ada',
  note: null,
  next: [
    { at: '2026-11-22T01:30:00.000Z', local: '2026-11-22T02:30:00+01:00', moved: false },
    { at: '2026-11-23T01:30:00.000Z', local: '2026-11-23T02:30:00+01:00', moved: false },
  ],
  last: [
    {
      slot: '2026-11-21T02:30',
      at: '2026-11-21T01:30:00.000Z',
      outcome: 'opened',
      window_id: 'window-0f3a9b1c2d4e5f60',
      detail: null,
    },
  ],
};
