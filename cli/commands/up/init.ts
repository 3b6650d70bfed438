import { join, resolve } from 'node:path';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { AddCommand, Session } from '../../session.ts';
import { answer } from '../../terminal.ts';

const repository = join(import.meta.dirname, '../../..');
/** The bootstrap installs what is missing, also after an update. */
const upCommand = [
  process.execPath,
  join(repository, 'scripts/bootstrap.mjs'),
  'run',
  join(repository, 'cli/main.ts'),
  'up',
];

/** What `vx11 init` alone lists. */
const kinds = {
  systemd: 'a systemd unit that runs vx11 up, printed',
  'systemd --user': 'the same for the user manager, for rootless Docker',
  compose: 'vx11.yml: gateway, madre and Temporal in containers of one image',
  'compose --all-in-one': 'vx11.yml: all of VX11 in one container, for trying it',
};

interface ComposeOptions {
  allInOne?: boolean;
  force?: boolean;
}

export const addInit: AddCommand = (program, session) => {
  const init = program
    .command('init')
    .description('write files that run VX11 on this machine; alone, it lists them')
    .action(() => {
      const { terminal } = session();
      const lines = Object.entries(kinds).map(([kind, what]) => `${kind.padEnd(22)}${what}`);
      answer(terminal, { kinds }, () => lines.join('\n'));
    });
  init
    .command('systemd')
    .description('print a systemd unit that runs vx11 up with the settings of this environment')
    .option('--user', 'a unit of the user manager, for rootless Docker')
    .action(async ({ user = false }: { user?: boolean }) => {
      const { env, terminal } = session();
      const { leftOutOf, systemdUnit, unitHints } = await import('../../init/systemd.ts');
      const unit = systemdUnit({ program: upCommand, folder: process.cwd(), env, user });
      const leftOut = leftOutOf(env);
      answer(terminal, { unit, left_out: leftOut }, () => unit);
      for (const line of unitHints(user, leftOut)) terminal.err(line);
    });
  init
    .command('compose')
    .argument('[file]', 'where to write it', 'vx11.yml')
    .description('write a compose file that runs VX11 in containers, and its token')
    .option('--all-in-one', 'one container for all, for trying VX11')
    .option('--force', 'replace the file if it exists')
    .action((file: string, options: ComposeOptions) => writeCompose(session(), file, options));
};

async function writeCompose(
  { env, terminal }: Session,
  file: string,
  { allInOne = false, force = false }: ComposeOptions,
): Promise<void> {
  const home = resolve(env['VX11_HOME'] || '.vx11');
  const [{ composeSettings, prepareHome }, { composeFile }, { writeNew }] = await Promise.all([
    import('../../init/compose-settings.ts'),
    import('../../init/compose.ts'),
    import('../../init/write-file.ts'),
  ]);
  const settings = await composeSettings(env, home).catch((error: Error) => {
    throw new CommandFailed(exitCode.usage, error.message, { cause: error });
  });
  const path = writeNew(file, composeFile(settings, allInOne), force);
  const token = prepareHome(home);
  answer(terminal, { file: path, home, token_file: token }, () => path);
  terminal.err(`Start it: docker compose -f ${path} up -d`);
  terminal.err(`The admin token is in ${token}; the commands of vx11 find it by VX11_HOME=${home}`);
}
