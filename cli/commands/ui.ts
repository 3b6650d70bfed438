import type { AddCommand } from '../session.ts';
import { openBrowser } from '../ui/browser.ts';
import { answer } from '../terminal.ts';
import { createUiLink, keepsSession } from '../ui/link.ts';

export const addUi: AddCommand = (program, session) => {
  program
    .command('ui')
    .description('print a link that signs a browser in to the web UI, and open it')
    .option('--no-open', 'only print the link')
    .action(async ({ open }: { open: boolean }) => {
      const { gateway, terminal, env } = session();
      const link = await createUiLink(gateway);
      answer(terminal, link, () => link.url);
      if (terminal.json) return;
      terminal.err('The link works once, within 60 s; vx11 ui makes a new one.');
      if (!keepsSession(link.url)) {
        terminal.err(
          'Browsers keep no session of a plain http address of another machine: use https, or a tunnel to localhost.',
        );
      }
      const atTerminal = terminal.live !== null;
      if (open && atTerminal && (await openBrowser(link.url, env)))
        terminal.err('Opening it in a browser.');
    });
};
