import { Command, CommanderError } from 'commander';
import { version } from '../platform/version.ts';
import { commandOf } from './command-name.ts';
import { exitCode, exitCodeHelp, exitOf } from './exit-code.ts';
import { connectGateway } from '../client/gateway-client.ts';
import type { AddCommand, Session } from './session.ts';
import { findTarget } from './target.ts';
import type { Terminal } from './terminal.ts';

/** Where each command is, in the order of the help. Only the one that is called is loaded: all take half a second. */
const commands = new Map<string, () => Promise<AddCommand>>([
  ['up', async () => (await import('./commands/up/up.ts')).addUp],
  ['init', async () => (await import('./commands/up/init.ts')).addInit],
  ['ui', async () => (await import('./commands/ui.ts')).addUi],
  ['status', async () => (await import('./commands/status.ts')).addStatus],
  ['open', async () => (await import('./commands/open.ts')).addOpen],
  ['extend', async () => (await import('./commands/extend.ts')).addExtend],
  ['close', async () => (await import('./commands/close.ts')).addClose],
  ['check', async () => (await import('./commands/checks/check.ts')).addCheck],
  ['schedule', async () => (await import('./commands/schedules/schedule.ts')).addSchedule],
  ['notify', async () => (await import('./commands/notify.ts')).addNotify],
  ['repair', async () => (await import('./commands/checks/repair.ts')).addRepair],
  ['patch', async () => (await import('./commands/checks/patch.ts')).addPatch],
  ['drift', async () => (await import('./commands/drift.ts')).addDrift],
  ['incidents', async () => (await import('./commands/incidents/incidents.ts')).addIncidents],
  ['ants', async () => (await import('./commands/incidents/ants.ts')).addAnts],
  ['clis', async () => (await import('./commands/hermes/clis.ts')).addClis],
  ['providers', async () => (await import('./commands/routing/providers.ts')).addProviders],
  ['route', async () => (await import('./commands/routing/route.ts')).addRoute],
  ['audio', async () => (await import('./commands/audio/audio.ts')).addAudio],
  ['models', async () => (await import('./commands/hermes/models.ts')).addModels],
  ['windows', async () => (await import('./commands/windows.ts')).addWindows],
  ['run', async () => (await import('./commands/run.ts')).addRun],
  ['spawns', async () => (await import('./commands/tasks.ts')).addTasks],
  ['logs', async () => (await import('./commands/tasks.ts')).addTasks],
  ['chat', async () => (await import('./commands/chat.ts')).addChat],
  ['plan', async () => (await import('./commands/plan.ts')).addPlan],
  ['events', async () => (await import('./commands/events.ts')).addEvents],
  ['doctor', async () => (await import('./commands/doctor.ts')).addDoctor],
  ['backup', async () => (await import('./commands/backup/backup.ts')).addBackup],
  ['restore', async () => (await import('./commands/backup/restore.ts')).addRestore],
  ['token', async () => (await import('./commands/token.ts')).addToken],
  ['auto', async () => (await import('./commands/auto.ts')).addAuto],
  ['audit', async () => (await import('./commands/audit.ts')).addAudit],
  ['mcp', async () => (await import('./commands/mcp.ts')).addMcp],
]);

/** What adds the command of this line; all of them for help, or if there is no such command. */
async function addersFor(args: readonly string[]): Promise<Set<AddCommand>> {
  const asksForHelp = args.some((word) => word === '--help' || word === '-h');
  const named = asksForHelp ? undefined : commands.get(commandOf(args) ?? '');
  const load = named === undefined ? [...commands.values()] : [named];
  return new Set(await Promise.all(load.map((add) => add())));
}

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
  for (const add of await addersFor(args)) add(program, session);
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
