import type { z } from 'zod';
import { checkRunView } from '../../../contracts/checks.ts';
import {
  scheduleListAnswer,
  scheduleView,
  type ScheduleView,
} from '../../../contracts/schedule.ts';
import { plainText } from '../../../platform/plain-text.ts';
import { showDuration } from '../../duration.ts';
import type { AddCommand } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';
import { showTime } from '../../time.ts';

interface SteerOptions {
  host?: string;
  note?: string;
}

const pathOf = (name: string, act: string): string =>
  `/vx11/schedules/${encodeURIComponent(name)}/${act}`;

export const addSchedule: AddCommand = (program, session) => {
  const group = program
    .command('schedule')
    .description('show when checks run by themselves, pause that, or run one now');
  group
    .command('list', { isDefault: true })
    .description('list the schedules of the compose file, their next times and their last runs')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('GET', '/vx11/schedules', scheduleListAnswer);
      answer(terminal, given, () => listText(given));
    });
  for (const act of ['pause', 'resume'] as const) {
    group
      .command(act)
      .description(act === 'pause' ? 'let it start no runs' : 'let it run again')
      .argument('<name>', 'a schedule')
      .option('--host <host>', 'the host, where several have one of this name')
      .option('--note <text>', 'why, for everybody who looks')
      .action(async (name: string, { host, note }: SteerOptions) => {
        const { gateway, terminal } = session();
        const body = { ...(host !== undefined && { host }), ...(note !== undefined && { note }) };
        const given = await gateway.call('POST', pathOf(name, act), scheduleView, { body });
        answer(terminal, given, () => steeredText(given));
      });
  }
  group
    .command('trigger')
    .description('run it now, also while it is paused')
    .argument('<name>', 'a schedule')
    .option('--host <host>', 'the host, where several have one of this name')
    .action(async (name: string, { host }: SteerOptions) => {
      const { gateway, terminal } = session();
      const body = host === undefined ? {} : { host };
      const given = await gateway.call('POST', pathOf(name, 'trigger'), checkRunView, { body });
      answer(terminal, given, () => `${given.run_id} started; vx11 check --runs shows how it ends`);
    });
};

function listText({ schedules }: z.infer<typeof scheduleListAnswer>): string {
  if (schedules.length === 0)
    return 'The compose file has no schedule; docs/checks.md shows x-vx11.schedule.';
  const rows = schedules.map((one) => [
    one.name,
    one.suites.join(', ') || 'all',
    timesOf(one),
    one.paused
      ? `paused: ${one.note ?? ''}`
      : one.next[0] === undefined
        ? ''
        : showTime(one.next[0]),
    one.last_run_id ?? '',
    String(one.skipped),
    String(one.missed),
    one.problems.join('; '),
  ]);
  const heads = ['SCHEDULE', 'SUITES', 'WHEN', 'NEXT', 'LAST RUN', 'SKIPPED', 'MISSED', 'PROBLEM'];
  return table(heads, rows);
}

function timesOf({ cron, timezone, every_seconds }: ScheduleView): string {
  const every = every_seconds === null ? [] : [`every ${showDuration(every_seconds)}`];
  return [...cron.map((one) => `${one} ${timezone}`), ...every].join(', ');
}

const steeredText = ({ name, paused, note, next }: ScheduleView): string =>
  plainText(
    paused
      ? `${name} is paused${note === null ? '' : `: ${note}`}`
      : `${name} runs again${next[0] === undefined ? '' : `, next at ${showTime(next[0])}`}`,
  );
