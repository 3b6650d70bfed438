import { extendWindowAnswer } from '../../contracts/window.ts';
import { durationArgument } from '../argument.ts';
import { windowOrTarget } from './window-argument.ts';
import type { AddCommand } from '../session.ts';
import { answer } from '../terminal.ts';
import { showDeadline } from '../time.ts';

export const addExtend: AddCommand = (program, session) => {
  program
    .command('extend')
    .description("extend a window's deadline")
    .argument('<window|service>', 'a window id, or the service that it was opened for')
    .requiredOption('--by <duration>', 'by how much, such as 10m', durationArgument)
    .option('--host <name>', 'only needed if several hosts have the service')
    .action(async (which: string, { by, host }: { by: number; host?: string }) => {
      const { gateway, terminal } = session();
      const body = { ...windowOrTarget(which), seconds: by, ...(host !== undefined && { host }) };
      const given = await gateway.call('POST', '/vx11/window/extend', extendWindowAnswer, { body });
      answer(terminal, given, () =>
        [
          `${which}: open until ${showDeadline(given.expires_at)}`,
          ...(given.clamped
            ? [`  limited to the latest deadline allowed: ${showDeadline(given.max_expires_at)}`]
            : []),
          `  close:  vx11 close ${given.window_id}`,
        ].join('\n'),
      );
    });
};
