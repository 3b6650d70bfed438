import type { z } from 'zod';
import { statusAnswer } from '../../contracts/status.ts';
import type { AddCommand } from '../session.ts';
import { table } from '../table.ts';
import { answer } from '../terminal.ts';
import { showDeadline } from '../time.ts';

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
function statusText(status: z.infer<typeof statusAnswer>, now = Date.now()): string {
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
  ].join('\n');
}
