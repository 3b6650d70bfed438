import {
  channelSource,
  notifySource,
  type ChannelSource,
  type DeclaredChannel,
  type DeclaredNotify,
} from '../../contracts/notice-channel.ts';
import { noticeType } from '../../contracts/notice.ts';
import { parseDuration } from '../services/compose-units.ts';
import { zoneOf } from '../services/time-zone.ts';
import { channelAddress } from './channel-address.ts';

const defaults = { warn_before: '5m', group: '30s', pace: '1m', repeat: '4h' } as const;
type Setting = keyof typeof defaults;
const longestMs = 86_400_000;

export const noNotify: DeclaredNotify = {
  channels: [],
  quiet: null,
  warn_before_seconds: 300,
  group_seconds: 30,
  pace_seconds: 60,
  repeat_seconds: 14_400,
  problems: [],
};

/** Reads `x-vx11.notify`. What is wrong is noted: with a channel in it, and else in `problems`. */
export function readNotify(source: unknown): DeclaredNotify {
  if (source === undefined || source === null) return noNotify;
  const parsed = notifySource.safeParse(source);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = ['x-vx11.notify', ...(issue?.path ?? [])].join('.');
    return { ...noNotify, problems: [`${where}: ${issue?.message}`] };
  }
  const { channels = [], quiet, ...rest } = parsed.data;
  const problems: string[] = [];
  const seconds = (key: Setting): number => {
    const text = rest[key] ?? defaults[key];
    const ms = parseDuration(text);
    if (ms !== null && ms <= longestMs) return ms / 1000;
    problems.push(`x-vx11.notify.${key}: "${text}" is not a duration such as 30s or 5m, up to 24h`);
    return parseDuration(defaults[key])! / 1000;
  };
  const read = channels.map((one, at) => readChannel(one, `x-vx11.notify.channels.${at}`));
  for (const one of read) {
    const same = read.filter(({ name }) => name === one.name).length;
    if (same > 1) Object.assign(one, { source: null, problems: [`several are named ${one.name}`] });
  }
  return {
    channels: read,
    quiet: quiet === undefined ? null : quietOf(quiet, problems),
    warn_before_seconds: seconds('warn_before'),
    group_seconds: seconds('group'),
    pace_seconds: seconds('pace'),
    repeat_seconds: seconds('repeat'),
    problems,
  };
}

function quietOf(
  { from, to, timezone = 'UTC' }: { from: string; to: string; timezone?: string | undefined },
  problems: string[],
): DeclaredNotify['quiet'] {
  try {
    return { from, to, timezone: zoneOf(timezone) };
  } catch (error) {
    problems.push(`x-vx11.notify.quiet.timezone: ${(error as Error).message}`);
    return null;
  }
}

function readChannel(source: unknown, where: string): DeclaredChannel {
  const parsed = channelSource.safeParse(source);
  if (!parsed.success) {
    const { name, type } = (source ?? {}) as { name?: unknown; type?: unknown };
    const text = (value: unknown, other: string): string =>
      typeof value === 'string' ? value.slice(0, 64) : other;
    const problems = parsed.error.issues
      .slice(0, 5)
      .map(({ path, message }) => `${[where, ...path].join('.')}: ${message}`);
    const shown = { name: text(name, where), type: text(type, ''), address: '' };
    return { ...shown, events: [], severity: 'info', source: null, problems };
  }
  const { data } = parsed;
  const problem = whatLacks(data);
  const { name, type, events = noticeType.options, severity = 'info' } = data;
  return {
    name,
    type,
    address: channelAddress(data),
    events: [...events],
    severity,
    source: problem === null ? data : null,
    problems: problem === null ? [] : [`${where}: ${problem}`],
  };
}

function whatLacks(source: ChannelSource): string | null {
  if (source.type === 'apprise' && (source.key === undefined) === (source.urls === undefined))
    return 'name either key, which the server keeps, or urls';
  if (source.type === 'email' && (source.user === undefined) !== (source.password === undefined))
    return 'user and password go together';
  return null;
}
