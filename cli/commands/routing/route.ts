import type { z } from 'zod';
import { routingDecisionAnswer } from '../../../contracts/switch.ts';
import type { AddCommand } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

type Explained = z.infer<typeof routingDecisionAnswer>;

export const addRoute: AddCommand = (program, session) => {
  program
    .command('route')
    .description('look at decisions of switch')
    .command('explain')
    .argument('<id>', 'the x-vx11-decision of an answer')
    .description('say why a target was chosen, and what became of the request')
    .action(async (id: string) => {
      const { gateway, terminal } = session();
      const path = `/switch/decisions/${encodeURIComponent(id)}`;
      const given = await gateway.call('GET', path, routingDecisionAnswer);
      answer(terminal, given, () => text(given));
    });
};

const fixed = (value: number, digits: number): string => value.toFixed(digits);

function text({ decision, explanation }: Explained): string {
  const { targets, excluded, why, probability, explored } = explanation;
  const rows = targets.map((one) => [
    String(one.rank),
    one.id,
    fixed(one.utility, 3),
    fixed(one.success, 2),
    fixed(one.quality, 2),
    `${fixed(one.latency_seconds, 1)} s`,
    fixed(one.cost_usd, 6),
  ]);
  const headings = ['RANK', 'TARGET', 'UTILITY', 'ANSWERS', 'QUALITY', 'LATENCY', 'USD'];
  const out = excluded.map(({ id, reasons }) => `  ${id}: ${reasons.join(', ')}`);
  const chance =
    probability === null ? '' : ` (${Math.round(100 * probability)} % of other seeds agree)`;
  return [
    `${explored ? 'explored: ' : ''}${why}${chance}`,
    '',
    table(headings, rows),
    ...(out.length > 0 ? ['', 'out:', ...out] : []),
    '',
    ...decision.tries.map(tryText),
    ...(decision.outcome === null ? [] : [outcomeText(decision.outcome)]),
  ].join('\n');
}

type Try = Explained['decision']['tries'][number];
const tryText = ({ target, failure, status, detail, ms }: Try): string =>
  failure === null
    ? `${target} answered in ${ms} ms`
    : `${target}: ${failure}${status === null ? '' : ` (${status})`} after ${ms} ms${detail === null ? '' : `: ${detail}`}`;

type Outcome = NonNullable<Explained['decision']['outcome']>;
function outcomeText({ ok, code, tokens_in, tokens_out, cost_usd }: Outcome): string {
  const cost = cost_usd === null ? 'of unknown price' : `for ${Number(cost_usd.toFixed(9))} USD`;
  const tokens = `${tokens_in ?? 0} tokens in, ${tokens_out ?? 0} out, ${cost}`;
  return ok ? `answered: ${tokens}` : `not answered: ${code ?? 'unknown'}`;
}
