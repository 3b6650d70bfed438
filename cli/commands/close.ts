import { closeWindowAnswer } from '../../contracts/window.ts';
import { windowOrTarget } from './window-argument.ts';
import type { AddCommand } from '../session.ts';
import { answer } from '../terminal.ts';
import { receiptText } from '../window-text.ts';

/** Timeout for the call, which waits for the services' stop grace periods. */
const withinMs = 180_000;

export const addClose: AddCommand = (program, session) => {
  program
    .command('close')
    .description('close a window now and show its receipt')
    .argument('<window|service>', 'a window id, or the service that it was opened for')
    .option('--reason <text>', 'why, for the receipt')
    .option('--host <name>', 'only needed if several hosts have the service')
    .action(async (which: string, options: { reason?: string; host?: string }) => {
      const { gateway, terminal } = session();
      const body = { ...windowOrTarget(which), ...options };
      const given = await gateway.call('POST', '/vx11/window/close', closeWindowAnswer, {
        body,
        withinMs,
      });
      answer(terminal, given, () => {
        if (given.state === 'closing') {
          return `${which}: closing; its receipt follows.\n  next: vx11 events --follow --window ${given.window_id}`;
        }
        const first = given.was_open ? `${which}: ${given.state}.` : `${which}: was not open.`;
        return given.receipt ? `${first}\n${receiptText(given.receipt)}` : first;
      });
    });
};
