import { Option } from 'commander';
import { windowListAnswer, windowState } from '../../contracts/window.ts';
import { numberArgument } from '../argument.ts';
import type { AddCommand } from '../session.ts';
import { answer } from '../terminal.ts';
import { windowsTable } from '../window-text.ts';

export const addWindows: AddCommand = (program, session) => {
  program
    .command('windows')
    .description('list windows, newest first')
    .addOption(
      new Option('--state <state>', 'only windows in this state').choices(windowState.options),
    )
    .option('--limit <number>', 'how many', numberArgument(1, 200), 20)
    .action(async ({ state, limit }: { state?: string; limit: number }) => {
      const { gateway, terminal } = session();
      const query = new URLSearchParams({ limit: String(limit), ...(state && { state }) });
      const given = await gateway.call('GET', `/vx11/windows?${query}`, windowListAnswer);
      answer(terminal, given, () => windowsTable(given.windows));
      if (given.next_cursor !== null && !terminal.json) terminal.err('There are more: --limit 200');
    });
};
