import { resolve } from 'node:path';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { AddCommand } from '../../session.ts';
import { answer } from '../../terminal.ts';

export const addRestore: AddCommand = (program, session) => {
  program
    .command('restore')
    .description('put a backup in the place of what is in VX11_HOME, once it is proved to be whole')
    .argument('<file>', 'what vx11 backup wrote')
    .action(async (name: string) => {
      const { env, terminal } = session();
      const [{ restore }, { readInstallation }, { lockHome }, { openHome }] = await Promise.all([
        import('../../backup/restore.ts'),
        import('./installation.ts'),
        import('../../up/process/lock.ts'),
        import('../../up/home.ts'),
      ]);
      const to = readInstallation(env);
      const file = resolve(name);
      const release = inWords(() => {
        openHome(to.home);
        return lockHome(to.home);
      });
      try {
        const { manifest, aside } = await restore(to, file);
        answer(terminal, { home: to.home, aside, ...manifest }, () =>
          [
            `${to.home} is as it was at ${manifest.created_at} (VX11 ${manifest.version}).`,
            ...(aside === null ? [] : [`What was there before is in ${aside}; remove it later.`]),
            ...(manifest.store === 'postgres'
              ? ['The store is Postgres: restore it with pg_restore --clean before the start.']
              : []),
            'Start VX11: it ends windows whose deadline has passed, with receipts.',
          ].join('\n'),
        );
      } finally {
        release();
      }
    });
};

function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CommandFailed(exitCode.failed, (error as Error).message, { cause: error });
  }
}
