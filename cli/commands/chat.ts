import { chatAnswer, type ChatAnswer } from '../../contracts/chat.ts';
import { atKeyboard, type Person } from '../ask.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import { planText } from '../plan-text.ts';
import type { AddCommand, Session } from '../session.ts';
import { plain } from '../table.ts';
import { answer } from '../terminal.ts';
import { watchPlan } from '../watch-plan.ts';
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
        const said = await say(own, message, options, options.session);
        if (own.terminal.json) return answer(own.terminal, said, () => '');
        await follow(own, said, person);
      } finally {
        person?.close();
      }
    });
};

function say(
  { gateway }: Session,
  message: string,
  { dryRun }: ChatOptions,
  sessionId: string | undefined,
): Promise<ChatAnswer> {
  const body = {
    message,
    ...(sessionId !== undefined && { session_id: sessionId }),
    ...(dryRun && { dry_run: true }),
  };
  return gateway.call('POST', '/madre/chat', chatAnswer, { body });
}

/** Tells the answer, and sees what it began to its end: asks where it waits, follows where it runs. */
async function follow(session: Session, said: ChatAnswer, person: Person | null): Promise<void> {
  const { terminal } = session;
  terminal.out(plain(said.response));
  for (const warning of said.warnings) terminal.err(plain(`  warning: ${warning}`));
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
    const plan = await watchPlan(session, said.plan_id);
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
      const said = await say(session, line, options, sessionId);
      sessionId = said.session_id;
      await follow(session, said, person);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      if (error.message) session.terminal.err(error.message);
    }
  }
}
