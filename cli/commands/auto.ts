import type { z } from 'zod';
import {
  autonomyStatusAnswer,
  autonomyStopAnswer,
  type AutonomyReport,
} from '../../contracts/autonomy.ts';
import type { AddCommand } from '../session.ts';
import { plainText } from '../../platform/clean-text.ts';
import { answer } from '../terminal.ts';
import { showTime } from '../time.ts';

const base = '/madre/v3/autonomous';

export const addAuto: AddCommand = (program, session) => {
  const group = program
    .command('auto')
    .description("control madre's autonomy loop, which observes, decides and acts");
  group
    .command('start')
    .description('start the loop; its decisions become plans, and risky plans wait for a person')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('POST', `${base}/start`, autonomyStatusAnswer, { body: {} });
      answer(terminal, given, () => statusText(given));
    });
  group
    .command('status')
    .description('show whether the loop runs, its last decision and its budget')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('GET', `${base}/status`, autonomyStatusAnswer);
      answer(terminal, given, () => statusText(given));
    });
  group
    .command('stop')
    .description('stop the loop and print a report of what it did')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('POST', `${base}/stop`, autonomyStopAnswer, { body: {} });
      answer(terminal, given, () => stopText(given));
    });
};

function statusText(status: z.infer<typeof autonomyStatusAnswer>): string {
  const { running, interval_seconds, rounds, last_round_at, last_decision, budget } = status;
  const lines = [
    running
      ? `The loop is running: one round every ${interval_seconds} s, since ${showTime(status.started_at!)} (${status.started_by}).`
      : 'The loop is not running. Start it with: vx11 auto start',
    `Rounds: ${rounds}${last_round_at === null ? '' : `, the last at ${showTime(last_round_at)}`}`,
  ];
  if (last_decision !== null) {
    const { at, action, by, reasons, plan_id, plan_status, effect } = last_decision;
    lines.push(`Last decision: ${action} at ${showTime(at)}, by ${by}: ${reasons[0] ?? ''}`);
    if (plan_id !== null)
      lines.push(`  ${plan_id} ${plan_status ?? ''}${effect === null ? '' : `, ${effect}`}`);
  }
  lines.push(
    `Last hour: ${budget.actions_last_hour} actions. Today: ${budget.llm_tokens_today} tokens, ${budget.llm_cost_usd_today} USD.`,
  );
  return lines.map(plainText).join('\n');
}

function stopText({ was_running, report }: z.infer<typeof autonomyStopAnswer>): string {
  if (report === null) return 'The loop has never run.';
  const first = was_running ? 'The loop is stopped.' : 'The loop was not running.';
  return [first, reportText(report)].join('\n');
}

const counted = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';

const reportText = ({ from, to, rounds, decisions, effects, plans, llm }: AutonomyReport): string =>
  [
    `From ${showTime(from)} to ${showTime(to)}: ${rounds} rounds.`,
    `Decisions: ${counted(decisions)}. Plans: ${counted(plans)}. Effects: ${counted(effects)}.`,
    `Model: ${llm.calls} calls, ${llm.tokens} tokens, ${llm.cost_usd} USD.`,
  ].join('\n');
