import { operatorOpenAnswer } from '../../contracts/operator.ts';
import { openWindowAnswer, type WindowView } from '../../contracts/window.ts';
import { durationArgument, numberArgument } from '../argument.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import { watchOpening } from '../progress.ts';
import type { AddCommand, Session } from '../session.ts';
import { answer } from '../terminal.ts';
import { windowText } from '../window-text.ts';

interface OpenOptions {
  ttl?: number;
  reason?: string;
  hold?: true;
  queue?: true;
  wait: number;
  host?: string;
}

/** The default for a window on one service. The operator's route uses the services' own defaults instead. */
const defaultTtlSeconds = 600;

export const addOpen: AddCommand = (program, session) => {
  program
    .command('open')
    .description('open a window on services; opening the same service again renews its window')
    .argument('<service...>', 'services of the compose file')
    .option('--ttl <duration>', 'how long, such as 90s, 10m, 1h (10m)', durationArgument)
    .option('--reason <text>', 'why, shown in status and receipt')
    .option('--hold', 'no deadline: open until someone closes it (admin)')
    .option('--queue', 'wait in a queue if the host has no room')
    .option(
      '--wait <seconds>',
      'how long to wait for the services, not counting image pulls and builds',
      numberArgument(0, 60),
      30,
    )
    .option('--host <name>', 'only needed if several hosts have the service')
    .action((services: string[], options: OpenOptions) => open(session(), services, options));
};

async function open(session: Session, services: string[], options: OpenOptions): Promise<void> {
  if (options.hold && options.ttl !== undefined)
    throw new CommandFailed(
      exitCode.usage,
      'A window on hold has no deadline: leave out --ttl or --hold.',
    );
  const { gateway, terminal } = session;
  // a person watches the progress; a script waits for the one answer
  const wait_seconds = terminal.json ? options.wait : 0;
  const answered = await ask(session, services, options, wait_seconds);
  if (terminal.json) {
    answer(terminal, answered, () => '');
    return judge(answered.state, answered.services_failed.length);
  }
  if ('clamped' in answered && answered.clamped)
    terminal.err('The TTL was reduced to the longest that this service allows (max_ttl).');
  const view = await watchOpening(gateway, terminal, answered.window_id, options.wait * 1000);
  terminal.out(windowText(view));
  judge(view.state, view.services_failed.length);
}

/** Opens one service by the plain route; several services, a hold or a queue need the operator's route. */
function ask(session: Session, services: string[], options: OpenOptions, wait_seconds: number) {
  const { ttl, reason, hold, queue, host } = options;
  const shared = {
    wait_seconds,
    ...(reason !== undefined && { reason }),
    ...(host !== undefined && { host }),
  };
  const withinMs = wait_seconds * 1000 + 15_000;
  const [target] = services;
  if (services.length === 1 && !hold && !queue) {
    const body = { ...shared, target, ttl_seconds: ttl ?? defaultTtlSeconds };
    return session.gateway.call('POST', '/vx11/window/open', openWindowAnswer, { body, withinMs });
  }
  const body = {
    ...shared,
    services,
    ...(ttl !== undefined && { ttl_sec: ttl }),
    ...(hold && { mode: 'hold' }),
    ...(queue && { when_full: 'queue' }),
  };
  const path = '/operator/power/window/open';
  return session.gateway.call('POST', path, operatorOpenAnswer, { body, withinMs });
}

function judge(state: WindowView['state'], failures: number): void {
  if (state === 'failed' || failures > 0) throw new CommandFailed(exitCode.failed, '');
}
