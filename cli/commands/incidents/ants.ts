import { pheromonesAnswer, scanAnswer } from '../../../contracts/incidents.ts';
import type { AddCommand, Session } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

export const addAnts: AddCommand = (program, session) => {
  program
    .command('ants')
    .description('show how often each ant looks, and why')
    .option('--scan', 'let every ant look first, and show what it saw')
    .action(({ scan }: { scan?: true }) => (scan === true ? look(session()) : show(session())));
};

async function show({ gateway, terminal }: Session): Promise<void> {
  const given = await gateway.call('GET', '/hormiguero/pheromones', pheromonesAnswer);
  const rows = given.pheromones.map((one) => [
    one.ant,
    one.host,
    `${Math.round(one.every_seconds)} s`,
    one.cost_ms.toFixed(1),
    one.weight.toFixed(3),
    one.last_look_at ?? '–',
    one.last_hit_at ?? '–',
    one.last_error ?? '',
  ]);
  const headings = ['ANT', 'HOST', 'EVERY', 'COST MS', 'WEIGHT', 'LAST LOOK', 'LAST HIT', 'ERROR'];
  answer(terminal, given, () =>
    rows.length === 0 ? 'No ant has looked yet.' : table(headings, rows),
  );
}

async function look({ gateway, terminal }: Session): Promise<void> {
  const given = await gateway.call('POST', '/hormiguero/scan/once', scanAnswer, { body: {} });
  const rows = given.results.map(({ ant, host, outcome, bad, detail }) => [
    ant,
    host,
    outcome,
    String(bad),
    detail ?? '',
  ]);
  answer(terminal, given, () => table(['ANT', 'HOST', 'OUTCOME', 'BAD', 'DETAIL'], rows));
}
