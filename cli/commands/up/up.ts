import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { AddCommand } from '../../session.ts';

export const addUp: AddCommand = (program, session) => {
  program
    .command('up')
    .description('run the whole stack in the foreground; one Ctrl-C stops it')
    .action(async () => {
      const { env, terminal } = session();
      const { up } = await import('../../up.ts');
      const code = await up({ env, say: terminal.out });
      if (code !== 0) throw new CommandFailed(exitCode.failed, '');
    });
};
