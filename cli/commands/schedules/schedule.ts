import { checkRunView } from '../../../contracts/checks.ts';
import { scheduleListAnswer, steeredSchedule } from '../../../contracts/schedule.ts';
import { windowScheduleView } from '../../../contracts/window-schedule.ts';
import { durationArgument } from '../../argument.ts';
import type { AddCommand } from '../../session.ts';
import { answer } from '../../terminal.ts';
import { addedText, listText, steeredText } from './text.ts';

interface SteerOptions {
  host?: string;
  note?: string;
}

interface AddOptions {
  cron: string[];
  zone?: string;
  ttl: number;
  reason?: string;
  host?: string;
}

const pathOf = (name: string, act = ''): string =>
  `/vx11/schedules/${encodeURIComponent(name)}${act}`;

export const addSchedule: AddCommand = (program, session) => {
  const group = program
    .command('schedule')
    .description(
      'show when checks run and windows open by themselves, pause that, or add a window',
    );
  group
    .command('list', { isDefault: true })
    .description('list the schedules, their next times, and what became of the last ones')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('GET', '/vx11/schedules', scheduleListAnswer);
      answer(terminal, given, () => listText(given));
    });
  group
    .command('add')
    .description(
      'let a window open by itself, such as: add backup db --cron "30 2 * * *" --ttl 45m',
    )
    .argument('<name>', 'what it is called')
    .argument('<service...>', 'the services to wake')
    .requiredOption(
      '--cron <expression...>',
      'minute, hour, day of the month, month, day of the week',
    )
    .requiredOption('--ttl <duration>', 'how long each window lasts, such as 45m', durationArgument)
    .option('--zone <zone>', 'the time zone, such as Europe/Madrid; by default UTC')
    .option('--reason <text>', 'why, for the log')
    .option('--host <host>', 'the host, where several have these services')
    .action(async (name: string, services: string[], options: AddOptions) => {
      const { gateway, terminal } = session();
      const { cron, zone, ttl, reason, host } = options;
      const body = {
        name,
        services,
        cron,
        ttl_seconds: ttl,
        ...(zone !== undefined && { timezone: zone }),
        ...(reason !== undefined && { reason }),
        ...(host !== undefined && { host }),
      };
      const given = await gateway.call('POST', '/vx11/schedules', windowScheduleView, { body });
      answer(terminal, given, () => addedText(given));
    });
  for (const act of ['pause', 'resume'] as const) {
    group
      .command(act)
      .description(act === 'pause' ? 'let it start nothing' : 'let it run again')
      .argument('<name>', 'a schedule')
      .option('--host <host>', 'the host, where several have one of this name')
      .option('--note <text>', 'why, for everybody who looks')
      .action(async (name: string, { host, note }: SteerOptions) => {
        const { gateway, terminal } = session();
        const body = { ...(host !== undefined && { host }), ...(note !== undefined && { note }) };
        const path = pathOf(name, `/${act}`);
        const given = await gateway.call('POST', path, steeredSchedule, { body });
        answer(terminal, given, () => steeredText(given));
      });
  }
  group
    .command('remove')
    .description('remove a window that was added here; one that is open stays open')
    .argument('<name>', 'a schedule')
    .option('--host <host>', 'the host, where several have one of this name')
    .action(async (name: string, { host }: SteerOptions) => {
      const { gateway, terminal } = session();
      const query = host === undefined ? '' : `?${new URLSearchParams({ host })}`;
      const given = await gateway.call('DELETE', `${pathOf(name)}${query}`, windowScheduleView);
      answer(terminal, given, () => `${given.name} is removed`);
    });
  group
    .command('trigger')
    .description('run the checks of a schedule now, also while it is paused')
    .argument('<name>', 'a schedule')
    .option('--host <host>', 'the host, where several have one of this name')
    .action(async (name: string, { host }: SteerOptions) => {
      const { gateway, terminal } = session();
      const body = host === undefined ? {} : { host };
      const path = pathOf(name, '/trigger');
      const given = await gateway.call('POST', path, checkRunView, { body });
      answer(terminal, given, () => `${given.run_id} started; vx11 check --runs shows how it ends`);
    });
};
