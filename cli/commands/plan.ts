import { Option } from 'commander';
import {
  cancelPlanAnswer,
  confirmPlanAnswer,
  planListAnswer,
  planStatus,
  planTokenAnswer,
  planView,
  rejectPlanAnswer,
  type PlanView,
} from '../../contracts/plan.ts';
import { undoneOf } from '../../domain/plans/plan-state.ts';
import { numberArgument } from '../argument.ts';
import { atKeyboard, mustAgree, type Person } from '../ask.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import { planText, plansTable } from '../plan-text.ts';
import type { AddCommand, Session } from '../session.ts';
import { answer } from '../terminal.ts';
import { watchPlan } from '../watch-plan.ts';

const pathOf = (id: string): string => `/madre/plans/${encodeURIComponent(id)}`;
const cancelMs = 180_000;

export const findPlan = ({ gateway }: Session, id: string): Promise<PlanView> =>
  gateway.call('GET', pathOf(id), planView);

/**
 * Shows the plan as it would run, asks, and confirms exactly that: the token is made for what was shown, so a plan that
 * changed meanwhile is refused. Then follows it to its end.
 */
export async function confirmShown(
  session: Session,
  id: string,
  options: { token?: string; yes?: boolean; person: Person | null },
): Promise<PlanView> {
  const { gateway, terminal } = session;
  const plan = await findPlan(session, id);
  terminal.err(planText(plan));
  if (options.yes !== true) await mustAgree(options.person, `Confirm ${id}?`);
  const confirm_token =
    options.token ??
    (
      await gateway.call('POST', `${pathOf(id)}/token`, planTokenAnswer, {
        body: { plan_hash: plan.plan_hash },
      })
    ).confirm_token;
  const { status, approvals, quorum } = await gateway.call(
    'POST',
    `${pathOf(id)}/confirm`,
    confirmPlanAnswer,
    { body: { confirm_token } },
  );
  if (status === 'waiting') {
    terminal.err(`Noted: ${approvals} of ${quorum} agree. Another person has to confirm it too.`);
    return findPlan(session, id);
  }
  return watchPlan(session, id);
}

/** What a plan that ended means for the process that asked for it. */
export function judgePlan({ status, error }: PlanView): void {
  if (status === 'ERROR') throw new CommandFailed(exitCode.failed, error?.detail ?? '');
}

export const addPlan: AddCommand = (program, session) => {
  const group = program.command('plan').description('what was asked for, step by step');
  group
    .command('list')
    .description('plans, newest first')
    .addOption(new Option('--status <status>', 'only those').choices(planStatus.options))
    .option('--limit <number>', 'how many', numberArgument(1, 200), 20)
    .action(async ({ status, limit }: { status?: string; limit: number }) => {
      const { gateway, terminal } = session();
      const query = new URLSearchParams({ limit: String(limit), ...(status && { status }) });
      const given = await gateway.call('GET', `/madre/plans?${query}`, planListAnswer);
      answer(terminal, given, () => plansTable(given.plans));
    });
  group
    .command('show')
    .description('one plan: its exact steps, risk, effects, undo, and how far it is')
    .argument('<plan>', 'its id')
    .action(async (id: string) => {
      const plan = await findPlan(session(), id);
      answer(session().terminal, plan, () => planText(plan));
    });
  group
    .command('confirm')
    .description('show a plan that waits, ask, and let it run')
    .argument('<plan>', 'its id')
    .option('--token <token>', 'the confirm token that the answer showed; a new one where left out')
    .option('--yes', 'do not ask')
    .action(async (id: string, options: { token?: string; yes?: boolean }) => {
      const own = session();
      const person = options.yes === true ? null : atKeyboard(own.signal);
      try {
        const plan = await confirmShown(own, id, { ...options, person });
        answer(own.terminal, plan, () => planText(plan));
        judgePlan(plan);
      } finally {
        person?.close();
      }
    });
  group
    .command('reject')
    .description('refuse a plan that waits')
    .argument('<plan>', 'its id')
    .option('--reason <text>', 'why')
    .action(async (id: string, { reason }: { reason?: string }) => {
      const { gateway, terminal } = session();
      const body = reason === undefined ? {} : { reason };
      const given = await gateway.call('POST', `${pathOf(id)}/reject`, rejectPlanAnswer, { body });
      answer(terminal, given, () => `${given.plan_id} is rejected; nothing of it was done.`);
    });
  group
    .command('cancel')
    .description('end a plan that waits or runs, and take back what can be')
    .argument('<plan>', 'its id')
    .action(async (id: string) => {
      const { gateway, terminal } = session();
      const call = { body: {}, withinMs: cancelMs };
      const given = await gateway.call('POST', `${pathOf(id)}/cancel`, cancelPlanAnswer, call);
      const undone = undoneOf((await findPlan(session(), id)).steps);
      const told = undone === '' ? '' : `; taken back: ${undone}`;
      answer(terminal, given, () => `${given.plan_id} is cancelled${told}.`);
    });
};
