import { join } from 'node:path';
import type { Finding } from '../doctor/finding.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import type { AddCommand, Session } from '../session.ts';
import { plainText } from '../../platform/clean-text.ts';
import { answer } from '../terminal.ts';

export const addDoctor: AddCommand = (program, session) => {
  program
    .command('doctor')
    .description(
      'check this machine: engine, compose, certificates, Temporal, store, clock, ports, disk, guard, sandboxes, agents',
    )
    .action(() => doctor(session()));
};

/** Besides `up`, the only command that reads the machine itself; its libraries are loaded only here. */
async function doctor(session: Session): Promise<void> {
  const { env, terminal } = session;
  const { examine } = await import('../doctor/finding.ts');
  const findings = await examine(await checks(env, () => session.gateway));
  answer(terminal, { findings }, () => findings.map(findingText).join('\n'));
  if (findings.some(({ state }) => state === 'fail')) throw new CommandFailed(exitCode.failed, '');
}

async function checks(env: NodeJS.ProcessEnv, gateway: () => Session['gateway']) {
  const [
    { readSettings },
    programs,
    { engineCheck },
    services,
    store,
    { guardCheck },
    tasks,
    run,
    agents,
    certificates,
    { systemCheck },
  ] = await Promise.all([
    import('../up/settings.ts'),
    import('../doctor/programs.ts'),
    import('../doctor/engine.ts'),
    import('../doctor/services.ts'),
    import('../doctor/store.ts'),
    import('../doctor/guard.ts'),
    import('../doctor/sandboxes.ts'),
    import('../doctor/running.ts'),
    import('../doctor/agents.ts'),
    import('../doctor/certificates.ts'),
    import('../doctor/system.ts'),
  ]);
  const here = settingsOf(() => readSettings(env, join(import.meta.dirname, '../..')));
  const running = await run.askRunning(gateway);
  const settings = run.settingsOfRunning(here, running);
  return [
    ...(running === null ? [] : [run.runningCheck(here, running)]),
    systemCheck(settings),
    programs.nodeCheck(),
    engineCheck(settings),
    programs.composeCheck(settings),
    certificates.certificatesCheck(settings),
    services.temporalCheck(settings, running?.temporal),
    services.gatewayCheck(gateway()),
    agents.agentsCheck(gateway()),
    services.portsCheck(settings),
    store.storeCheck(settings),
    store.diskCheck(settings),
    store.homeCheck(settings),
    guardCheck(settings),
    tasks.sandboxesCheck(settings),
  ];
}

/** Reads the settings; invalid ones end the command as a usage error. */
function settingsOf<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CommandFailed(exitCode.usage, (error as Error).message, { cause: error });
  }
}

/** Formats a finding as one line, with the fix on a second one. */
function findingText({ name, state, detail, fix }: Finding): string {
  const line = `${state.padEnd(4)}  ${name}: ${detail.split('\n').map(plainText).join(' / ')}`;
  return fix ? `${line}\n        fix: ${plainText(fix)}` : line;
}
