import { chatAnswer, type ChatAnswer } from '../../contracts/chat.ts';
import { atKeyboard, type Person } from '../ask.ts';
import { readChat } from '../../client/chat-stream.ts';
import { CommandFailed, exitCode, exitOf } from '../exit-code.ts';
import { planText } from '../plan-text.ts';
import type { AddCommand, Session } from '../session.ts';
import { plainText } from '../../platform/plain-text.ts';
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
    .description('say what you want in a sentence; without one, talk')
    .argument('[message]', 'such as "open web for 20 minutes because demo"')
    .option('--session <id>', 'go on with this talk')
    .option('--dry-run', 'show the plan, and do not run it')
    .action(async (message: string | undefined, options: ChatOptions) => {
      const own = session();
      const person = own.terminal.json ? null : atKeyboard(own.signal);
      try {
        if (message === undefined) return await talk(own, options, person);
        const body = bodyOf(message, options, options.session);
        if (own.terminal.json) {
          const said = await own.gateway.call('POST', '/madre/chat', chatAnswer, { body });
          return answer(own.terminal, said, () => '');
        }
        await follow(own, await say(own, body), person);
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

/** An answer that was shown, and the lines that were shown of its steps. */
interface Said {
  answer: ChatAnswer;
  told: Set<string>;
}

/** Shows what comes of a message as it comes: words on stdout, steps on stderr. */
async function say(
  { gateway, terminal, signal }: Session,
  body: Record<string, unknown>,
): Promise<Said> {
  let words = '';
  let isOpen = false;
  const told = new Set<string>();
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
        told.add(line);
        terminal.err(line);
      } else {
        isOpen = false;
        showResponse(terminal, data.response, words);
        return { answer: data, told };
      }
    }
  } finally {
    endLine();
  }
  throw new Error('a chat ended without an answer');
}

/** What holds is the response: the rest of it where the words were its beginning, else all of it. */
function showResponse(terminal: Terminal, response: string, words: string): void {
  if (response.startsWith(words)) return terminal.out(plainText(response.slice(words.length)));
  terminal.out(' [withdrawn]');
  terminal.err(
    '  the words above do not hold: what they were said about came out otherwise. The answer is:',
  );
  terminal.out(plainText(response));
}

/** Sees what an answer began to its end: asks where it waits, follows where it runs. */
async function follow(
  session: Session,
  { answer: said, told }: Said,
  person: Person | null,
): Promise<void> {
  const { terminal } = session;
  for (const warning of said.warnings) terminal.err(plainText(`  warning: ${warning}`));
  if (said.degraded) terminal.err(`  answered by ${said.provider}, without what would be better`);
  if (said.plan_id === null) {
    if (said.status === 'ERROR') throw new CommandFailed(exitCode.failed, '');
    return;
  }
  if (said.confirm_token !== undefined) {
    if (person === null) {
      terminal.err(`  next: vx11 plan confirm ${said.plan_id} --token ${said.confirm_token}`);
      return;
    }
    const plan = await confirmShown(session, said.plan_id, { token: said.confirm_token, person });
    terminal.out(`${plan.plan_id}: ${plan.status}`);
    return judgePlan(plan);
  }
  if (said.warnings.includes('still_running')) {
    const plan = await watchPlan(session, said.plan_id, told);
    terminal.out(planText(plan));
    return judgePlan(plan);
  }
  if (said.status === 'ERROR') throw new CommandFailed(exitCode.failed, '');
}

/** One sentence after the other, until the input ends or somebody says exit. */
async function talk(session: Session, options: ChatOptions, person: Person | null): Promise<void> {
  if (person === null) {
    throw new CommandFailed(exitCode.usage, 'Say something: vx11 chat "status"');
  }
  let sessionId = options.session;
  for (;;) {
    const line = (await person.line('vx11> '))?.trim();
    if (line === undefined || /^(exit|quit|salir)$/i.test(line)) return;
    if (line === '') continue;
    try {
      const said = await say(session, bodyOf(line, options, sessionId));
      sessionId = said.answer.session_id;
      await follow(session, said, person);
    } catch (error) {
      const exit = exitOf(error);
      if (exit === null || exit === exitCode.interrupted) throw error;
      const { message } = error as Error;
      if (message) session.terminal.err(message);
    }
  }
}
