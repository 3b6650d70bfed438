import { resolve } from 'node:path';
import type { AddCommand } from '../../session.ts';
import { answer } from '../../terminal.ts';

const postgres =
  'The store is Postgres and not in this file: back it up with pg_dump --format=custom, right after this.';

export const addBackup: AddCommand = (program, session) => {
  program
    .command('backup')
    .description('write the store, tokens and keys into one file, also while VX11 runs')
    .argument('<file>', 'a new file; it is as secret as the keys in it')
    .action(async (name: string) => {
      const { env, terminal } = session();
      const [{ backUp }, { readInstallation }] = await Promise.all([
        import('../../backup/back-up.ts'),
        import('./installation.ts'),
      ]);
      const file = resolve(name);
      const manifest = await backUp(readInstallation(env), file);
      answer(terminal, { file, ...manifest }, () =>
        [
          `${file}: ${manifest.files.map(({ path, size }) => `${path} (${size} bytes)`).join(', ')}`,
          ...(manifest.store === 'postgres' ? [postgres] : []),
        ].join('\n'),
      );
    });
};
