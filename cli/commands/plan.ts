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
 * Shows the plan as it would run, asks, and confirms exactly that plan: the token is bound to the hash of what was
 * shown, so the gateway refuses a plan that has changed since. Then watches the plan to its end.
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
    terminal.err(
      `Recorded: ${approvals} of ${quorum} approvals. Another person has to confirm the plan too.`,
    );
    return findPlan(session, id);
  }
  return watchPlan(session, id);
}

/** Fails the command if the plan ended in ERROR. */
export function judgePlan({ status, error }: PlanView): void {
  if (status === 'ERROR') throw new CommandFailed(exitCode.failed, error?.detail ?? '');
}

export const addPlan: AddCommand = (program, session) => {
  const group = program.command('plan').description('list, inspect and decide plans');
  group
    .command('list')
    .description('list plans, newest first')
    .addOption(
      new Option('--status <status>', 'only plans in this status').choices(planStatus.options),
    )
    .option('--limit <number>', 'how many', numberArgument(1, 200), 20)
    .action(async ({ status, limit }: { status?: string; limit: number }) => {
      const { gateway, terminal } = session();
      const query = new URLSearchParams({ limit: String(limit), ...(status && { status }) });
      const given = await gateway.call('GET', `/madre/plans?${query}`, planListAnswer);
      answer(terminal, given, () => plansTable(given.plans));
    });
  group
    .command('show')
    .description('show a plan: its exact steps, risk, effects, undo and progress')
    .argument('<plan>', 'its id')
    .action(async (id: string) => {
      const plan = await findPlan(session(), id);
      answer(session().terminal, plan, () => planText(plan));
    });
  group
    .command('confirm')
    .description('show a waiting plan, ask for confirmation and run it')
    .argument('<plan>', 'its id')
    .option('--token <token>', 'the confirm token of the chat answer; by default a new one')
    .option('--yes', 'confirm without asking')
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
    .description('reject a waiting plan')
    .argument('<plan>', 'its id')
    .option('--reason <text>', 'why')
    .action(async (id: string, { reason }: { reason?: string }) => {
      const { gateway, terminal } = session();
      const body = reason === undefined ? {} : { reason };
      const given = await gateway.call('POST', `${pathOf(id)}/reject`, rejectPlanAnswer, { body });
      answer(terminal, given, () => `${given.plan_id} is rejected. None of its steps ran.`);
    });
  group
    .command('cancel')
    .description('cancel a waiting or running plan and undo the steps that can be undone')
    .argument('<plan>', 'its id')
    .action(async (id: string) => {
      const { gateway, terminal } = session();
      const call = { body: {}, withinMs: cancelMs };
      const given = await gateway.call('POST', `${pathOf(id)}/cancel`, cancelPlanAnswer, call);
      const undone = undoneOf((await findPlan(session(), id)).steps);
      const undoneText = undone === '' ? '' : `; undone: ${undone}`;
      answer(terminal, given, () => `${given.plan_id} is cancelled${undoneText}.`);
    });
};
