import type { z } from 'zod';
import { statusAnswer } from '../../contracts/status.ts';
import type { AddCommand } from '../session.ts';
import { table } from '../table.ts';
import { answer } from '../terminal.ts';
import { showDeadline } from '../time.ts';

type Status = z.infer<typeof statusAnswer>;

export const addStatus: AddCommand = (program, session) => {
  program
    .command('status')
    .description('show which services run, until when, for whom and why; starts nothing')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('GET', '/vx11/status', statusAnswer);
      answer(terminal, given, () => statusText(given));
    });
};

/** Formats the services as a table: tier, state, health, deadline, windows, owners and reasons. */
function statusText(status: Status, now = Date.now()): string {
  const hosts = new Set(status.services.map(({ host }) => host));
  const windows = new Map(status.windows.map((window) => [window.window_id, window]));
  const rows = status.services.map((service) => {
    const holders = service.window_ids.flatMap((id) => windows.get(id) ?? []);
    const isHeld = holders.some(({ mode, state }) => mode === 'hold' && state === 'open');
    return [
      hosts.size > 1 ? `${service.name}@${service.host}` : service.name,
      service.tier,
      service.state,
      service.health,
      service.until || isHeld ? showDeadline(service.until, now) : '',
      service.window_ids.join(','),
      [
        ...holders.map(({ owner, reason }) => (reason ? `${owner}: ${reason}` : owner)),
        // what the service waits for while it starts
        ...(service.health === 'starting' && service.reason ? [service.reason] : []),
      ].join('; ') ||
        (service.reason ?? service.note ?? ''),
    ];
  });
  const headings = ['SERVICE', 'TIER', 'STATE', 'HEALTH', 'UNTIL', 'WINDOW', 'WHO AND WHY'];
  return [
    `Mode ${status.mode}, policy ${status.policy}${status.madre_available ? '' : '; madre is not available, so no window can be opened now'}`,
    table(headings, rows),
    ...memoryText(status.memory),
  ].join('\n');
}

/** What VX11 takes, beside what it keeps asleep; nothing if it is not known what it takes. */
function memoryText({ vx11_bytes, asleep_services, asleep_bytes }: Status['memory']): string[] {
  if (vx11_bytes === null) return [];
  const asleep =
    asleep_bytes === 0
      ? `${asleep_services} services asleep`
      : `${asleep_services} services asleep, which took ${showBytes(asleep_bytes)} when they last ran`;
  return [`VX11 itself takes ${showBytes(vx11_bytes)}; ${asleep}.`];
}

const showBytes = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
