import { Command, CommanderError } from 'commander';
import { version } from '../platform/version.ts';
import { addAudit } from './commands/audit.ts';
import { addAuto } from './commands/auto.ts';
import { addChat } from './commands/chat.ts';
import { addClose } from './commands/close.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvents } from './commands/events.ts';
import { addExtend } from './commands/extend.ts';
import { addOpen } from './commands/open.ts';
import { addRun } from './commands/run.ts';
import { addSpawns } from './commands/spawns.ts';
import { addPlan } from './commands/plan.ts';
import { addStatus } from './commands/status.ts';
import { addToken } from './commands/token.ts';
import { addUp } from './commands/up.ts';
import { addWindows } from './commands/windows.ts';
import { exitCode, exitCodeHelp, exitOf } from './exit-code.ts';
import { connectGateway } from '../client/gateway-client.ts';
import type { AddCommand, Session } from './session.ts';
import { findTarget } from './target.ts';
import type { Terminal } from './terminal.ts';

const commands: AddCommand[] = [
  addUp,
  addStatus,
  addOpen,
  addExtend,
  addClose,
  addWindows,
  addRun,
  addSpawns,
  addChat,
  addPlan,
  addEvents,
  addDoctor,
  addToken,
  addAuto,
  addAudit,
];

/** What a run takes from its process. */
export interface ProcessContext {
  env: NodeJS.ProcessEnv;
  terminal: (json: boolean) => Terminal;
  signal: AbortSignal;
}

/** Runs one command line (without `node` and the file's name) and returns the exit code of the process. */
export async function runProgram(args: string[], context: ProcessContext): Promise<number> {
  const program = new Command('vx11')
    .description('Opens services of a Docker Compose stack in windows that end at a deadline.')
    .version(version)
    .option('--json', 'print only the answer, as JSON')
    .option('--url <address>', 'the gateway; by default VX11_URL, VX11_PORT, or that of VX11_HOME')
    .addHelpText('after', exitCodeHelp)
    .addHelpText('after', '\nThe token is VX11_TOKEN, or else the one in tokens.env of VX11_HOME.')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal(false).out(text.trimEnd()),
      writeErr: (text) => context.terminal(false).err(text.trimEnd()),
    });
  const session = (): Session => {
    const { json = false, ...options } = program.opts<{ json?: boolean; url?: string }>();
    const { env, signal } = context;
    let gateway: Session['gateway'] | undefined;
    return {
      env,
      signal,
      terminal: context.terminal(json),
      // read only when needed: `up` uses no gateway and reports invalid settings itself
      get gateway() {
        return (gateway ??= connectGateway(findTarget(options, env)));
      },
    };
  };
  for (const add of commands) add(program, session);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    const exit = exitOf(error);
    if (exit === null) throw error;
    const { message } = error as Error;
    if (message) context.terminal(false).err(message);
    return exit;
  }
}
