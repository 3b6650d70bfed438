import { chatAnswer, type ChatAnswer } from '../../contracts/chat.ts';
import { atKeyboard, type Person } from '../ask.ts';
import { readChat } from '../../client/chat-stream.ts';
import { CommandFailed, exitCode, exitOf } from '../exit-code.ts';
import { planText } from '../plan-text.ts';
import type { AddCommand, Session } from '../session.ts';
import { plainText } from '../../platform/clean-text.ts';
import { answer, type Terminal } from '../terminal.ts';
import { stepLine, watchPlan } from '../watch-plan.ts';
import { confirmShown, judgePlan } from './plan.ts';

interface ChatOptions {
  session?: string;
  dryRun?: true;
}

export const addChat: AddCommand = (program, session) => {
  program
    .command('chat')
    .description('ask madre for something in a sentence; without a message, start a conversation')
    .argument('[message]', 'such as "open web for 20 minutes because demo"')
    .option('--session <id>', 'continue this conversation')
    .option('--dry-run', 'show the plan without running it')
    .action(async (message: string | undefined, options: ChatOptions) => {
      const own = session();
      const person = own.terminal.json ? null : atKeyboard(own.signal);
      try {
        if (message === undefined) return await converse(own, options, person);
        const body = bodyOf(message, options, options.session);
        if (own.terminal.json) {
          const reply = await own.gateway.call('POST', '/madre/chat', chatAnswer, { body });
          return answer(own.terminal, reply, () => '');
        }
        await follow(own, await send(own, body), person);
      } finally {
        person?.close();
      }
    });
};

function bodyOf(
  message: string,
  { dryRun }: ChatOptions,
  sessionId: string | undefined,
): Record<string, unknown> {
  return {
    message,
    ...(sessionId !== undefined && { session_id: sessionId }),
    ...(dryRun && { dry_run: true }),
  };
}

/** An answer that is on the screen, with the step lines already printed. */
interface ShownAnswer {
  answer: ChatAnswer;
  shownSteps: Set<string>;
}

/** Sends a message and prints the events as they arrive: text on stdout, steps on stderr. */
async function send(
  { gateway, terminal, signal }: Session,
  body: Record<string, unknown>,
): Promise<ShownAnswer> {
  let words = '';
  let isOpen = false;
  const shownSteps = new Set<string>();
  const endLine = (): void => {
    if (isOpen) terminal.raw('stdout', '\n');
    isOpen = false;
  };
  try {
    for await (const { event, data } of readChat(gateway, body, signal)) {
      if (event === 'text') {
        terminal.raw('stdout', plainText(data.delta));
        words += data.delta;
        isOpen = true;
      } else if (event === 'step') {
        endLine();
        const line = stepLine(data);
        shownSteps.add(line);
        terminal.err(line);
      } else {
        isOpen = false;
        showResponse(terminal, data.response, words);
        return { answer: data, shownSteps };
      }
    }
  } finally {
    endLine();
  }
  throw new Error('The chat stream ended without an answer.');
}

/**
 * Prints the final response, which is the valid one: the rest of it if the streamed text was its beginning, otherwise
 * all of it, after a note that the streamed text was withdrawn.
 */
function showResponse(terminal: Terminal, response: string, words: string): void {
  if (response.startsWith(words)) return terminal.out(plainText(response.slice(words.length)));
  terminal.out(' [withdrawn]');
  terminal.err('  The text above is withdrawn, because the result was different. The answer is:');
  terminal.out(plainText(response));
}

/** Follows the plan of an answer to its end: asks for confirmation if it waits, watches it if it runs. */
async function follow(
  session: Session,
  { answer: reply, shownSteps }: ShownAnswer,
  person: Person | null,
): Promise<void> {
  const { terminal } = session;
  for (const warning of reply.warnings) terminal.err(plainText(`  warning: ${warning}`));
  if (reply.degraded)
    terminal.err(`  answered by ${reply.provider}, because a better provider was not available`);
  if (reply.plan_id === null) {
    if (reply.status === 'ERROR') throw new CommandFailed(exitCode.failed, '');
    return;
  }
  if (reply.confirm_token !== undefined) {
    if (person === null) {
      terminal.err(`  next: vx11 plan confirm ${reply.plan_id} --token ${reply.confirm_token}`);
      return;
    }
    const plan = await confirmShown(session, reply.plan_id, { token: reply.confirm_token, person });
    terminal.out(`${plan.plan_id}: ${plan.status}`);
    return judgePlan(plan);
  }
  if (reply.warnings.includes('still_running')) {
    const plan = await watchPlan(session, reply.plan_id, shownSteps);
    terminal.out(planText(plan));
    return judgePlan(plan);
  }
  if (reply.status === 'ERROR') throw new CommandFailed(exitCode.failed, '');
}

/** Sends one line after another until the input ends or the person types exit. */
async function converse(
  session: Session,
  options: ChatOptions,
  person: Person | null,
): Promise<void> {
  if (person === null) {
    throw new CommandFailed(
      exitCode.usage,
      'A conversation needs a terminal. Give a message instead: vx11 chat "status"',
    );
  }
  let sessionId = options.session;
  for (;;) {
    const line = (await person.line('vx11> '))?.trim();
    if (line === undefined || /^(exit|quit|salir)$/i.test(line)) return;
    if (line === '') continue;
    try {
      const shown = await send(session, bodyOf(line, options, sessionId));
      sessionId = shown.answer.session_id;
      await follow(session, shown, person);
    } catch (error) {
      const exit = exitOf(error);
      if (exit === null || exit === exitCode.interrupted) throw error;
      const { message } = error as Error;
      if (message) session.terminal.err(message);
    }
  }
}
