import { expect, test } from 'vitest';
import { readNotify } from '../../../domain/notices/read-notify.ts';
import { dueAt } from '../../../domain/notices/quiet-hours.ts';
import { isReady } from '../../../domain/notices/grouping.ts';

const env = { env: 'VX11_NOTIFY_X' };
const channels = [
  { name: 'phone', type: 'ntfy', url: 'https://ntfy.sh', topic: 'home', severity: 'high' },
  { name: 'team', type: 'slack', url: env, events: ['plan.waiting'] },
  { name: 'hook', type: 'webhook', url: 'https://a.example/secret/path', secret: [env, env] },
];

test('channels are read with their defaults, and are shown without secrets', () => {
  const { channels: read, problems, ...times } = readNotify({ channels, warn_before: '2m' });
  expect(problems).toEqual([]);
  expect(times).toEqual({
    quiet: null,
    warn_before_seconds: 120,
    group_seconds: 30,
    pace_seconds: 60,
    repeat_seconds: 14_400,
  });
  expect(read.map(({ address }) => address)).toEqual([
    'https://ntfy.sh/home',
    'the URL in VX11_NOTIFY_X',
    'https://a.example',
  ]);
  expect(read.map(({ events }) => events.length > 1)).toEqual([true, false, true]);
});

test.each([
  [
    'a secret in the file',
    { name: 'a', type: 'slack', url: 'https://hooks.example/T/B/x' },
    'not written into',
  ],
  [
    'another variable',
    { name: 'a', type: 'slack', url: { env: 'VX11_TOKEN' } },
    'x-vx11.notify.channels.0.url',
  ],
  ['an unknown event', { ...channels[0], events: ['window.open'] }, 'events.0'],
  ['a misspelled field', { ...channels[0], topics: 'x' }, 'topics'],
  ['an unknown kind', { name: 'a', type: 'fax' }, 'type'],
  [
    'two lines',
    { name: 'a', type: 'email', host: 'h', from: 'a@b.c\nBcc: d', to: 'a@b.c' },
    'from',
  ],
  ['neither key nor urls', { name: 'a', type: 'apprise', url: 'http://apprise:8000' }, 'key'],
  [
    'a user without a password',
    { name: 'a', type: 'email', host: 'h', from: 'a', to: 'b', user: 'u' },
    'password',
  ],
])('%s is a mistake of that channel alone', (_, channel, problem) => {
  const { channels: read, problems } = readNotify({ channels: [channel, channels[2]] });
  expect(problems).toEqual([]);
  expect(read[0]!.source).toBeNull();
  expect(read[0]!.problems.join()).toContain(problem);
  expect(read[1]!.problems).toEqual([]);
});

test('two channels of one name get nothing, and mistakes of the whole are named', () => {
  const twice = readNotify({ channels: [channels[0], channels[0]] });
  expect(twice.channels.map(({ source }) => source)).toEqual([null, null]);
  expect(readNotify({ channel: [] }).problems).toHaveLength(1);
  expect(readNotify({ group: 'soon' }).problems[0]).toContain('x-vx11.notify.group');
  const quiet = { from: '22:00', to: '07:00', timezone: 'Madrid' };
  expect(readNotify({ quiet }).problems[0]).toContain('quiet.timezone');
  expect(readNotify(undefined)).toMatchObject({ channels: [], problems: [] });
});

const night = { from: '22:00', to: '07:00', timezone: 'Europe/Madrid' };
test.each([
  ['2026-01-05T12:00:00.000Z', 'high', '2026-01-05T12:00:00.000Z'],
  ['2026-01-05T21:00:10.000Z', 'high', '2026-01-06T06:00:00.000Z'],
  ['2026-01-06T05:59:59.000Z', 'info', '2026-01-06T06:00:00.000Z'],
  ['2026-01-05T23:00:00.000Z', 'critical', '2026-01-05T23:00:00.000Z'],
  // the night in which clocks are set forward, and that in which they are set back
  ['2026-03-28T22:00:00.000Z', 'warn', '2026-03-29T05:00:00.000Z'],
  ['2026-10-24T22:00:00.000Z', 'warn', '2026-10-25T06:00:00.000Z'],
] as const)('in quiet hours, a notice of %s (%s) is due at %s', (at, severity, due) => {
  expect(new Date(dueAt(night, severity, Date.parse(at))).toISOString()).toBe(due);
});

test('notices wait for others, a channel is not flooded, and only critical ones pass a failing message', () => {
  const times = { group_ms: 30_000, pace_ms: 60_000 };
  const pending = { channel: 'a', count: 1, oldest_due_at: 0, critical: false };
  const calm = { last_at: null, failing: false };
  expect(isReady(pending, calm, times, 29_999)).toBe(false);
  expect(isReady(pending, calm, times, 30_000)).toBe(true);
  expect(isReady({ ...pending, critical: true }, calm, times, 0)).toBe(true);
  expect(isReady(pending, { ...calm, last_at: 1 }, times, 60_000)).toBe(false);
  expect(isReady({ ...pending, critical: true }, { ...calm, last_at: 1 }, times, 60_000)).toBe(
    false,
  );
  expect(isReady(pending, { ...calm, failing: true }, times, 90_000)).toBe(false);
  expect(isReady({ ...pending, critical: true }, { ...calm, failing: true }, times, 90_000)).toBe(
    true,
  );
});
