import { GatewayFailure } from '../../../client/gateway-failure.ts';
import {
  repairAnswer,
  repairListAnswer,
  repairView,
  type RepairAnswer,
} from '../../../contracts/repair.ts';
import { exitCodeOf, repairHasEnded } from '../../../domain/repair/ends.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { numberArgument } from '../../argument.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { AddCommand, Session } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

interface RepairOptions {
  run?: string;
  service?: string;
  cycles?: number;
  dryRun?: boolean;
  reason?: string;
  list?: boolean;
}

const pollEveryMs = 300;

export const addRepair: AddCommand = (program, session) => {
  program
    .command('repair')
    .description('find, prove and propose a patch for what the last checks showed')
    .option('--run <id>', 'a red run; by default the newest')
    .option('--service <name>', 'the newest run of this service')
    .option('--cycles <n>', 'how many patches may be tried on the stack', numberArgument(1, 10))
    .option('--dry-run', 'end with the proved patch; propose nothing')
    .option('--reason <text>', 'why, for the log')
    .option('--list', 'list the last repairs')
    .action((options: RepairOptions) =>
      options.list === true ? list(session()) : startRepair(session(), options),
    );
};

async function startRepair(session: Session, options: RepairOptions): Promise<void> {
  const { gateway, terminal } = session;
  const { run, service, cycles, dryRun, reason } = options;
  const body = {
    ...(run !== undefined && { run_id: run }),
    ...(service !== undefined && { service }),
    ...(cycles !== undefined && { cycles }),
    ...(dryRun === true && { dry_run: true }),
    ...(reason !== undefined && { reason }),
  };
  const started = await gateway
    .call('POST', '/vx11/repairs', repairView, { body })
    .catch((error: unknown) => {
      // nothing is red: there is nothing to repair, which is no failure
      if (error instanceof GatewayFailure && error.code === 'nothing_red') {
        terminal.err(error.message);
        return null;
      }
      throw error;
    });
  if (started === null) return;
  terminal.err(`${started.repair_id} started`);
  const given = await untilDecided(session, started.repair_id);
  answer(terminal, given, () => repairText(given));
  const code = given.repair.exit_code ?? exitCodeOf(given.repair);
  if (code !== 0) throw new CommandFailed(code, '');
}

/** Waits until a repair has ended, or its patch waits for a person; Ctrl-C ends the repair. */
async function untilDecided(
  { gateway, terminal, signal }: Session,
  repairId: string,
): Promise<RepairAnswer> {
  const path = `/vx11/repairs/${repairId}`;
  let shown = '';
  const look = async (): Promise<RepairAnswer | null> => {
    const given = await gateway.call('GET', path, repairAnswer);
    const { status } = given.repair;
    if (status !== shown) terminal.err(status);
    shown = status;
    return status === 'waiting' || repairHasEnded(given.repair) ? given : null;
  };
  try {
    return (await poll(look, { everyMs: pollEveryMs, signal }))!;
  } catch (error) {
    if (!signal.aborted) throw error;
    await gateway.call('DELETE', path, repairView);
    terminal.err(`${repairId} is being cancelled; its copies are removed`);
    throw new CommandFailed(exitCode.interrupted, '', { cause: error });
  }
}

function repairText({ repair, candidates }: RepairAnswer): string {
  const rows = candidates.map(({ nth, cycle, class: kind, verdict, why, cause }) => [
    `${cycle}.${nth}`,
    kind,
    verdict,
    why ?? cause,
  ]);
  const proved = candidates.findLast(({ verdict }) => verdict === 'proved');
  return [
    `${repair.suite}: ${repair.status}${repair.cause === null ? '' : ` (${repair.cause})`}`,
    ...(repair.detail === null ? [] : [repair.detail]),
    ...(rows.length === 0 ? [] : ['', table(['TRIED', 'FAULT', 'RESULT', 'WHY'], rows)]),
    ...(proved === undefined ? [] : ['', proved.diff.trimEnd()]),
    ...(repair.folder === null ? [] : ['', `report: ${repair.folder}`]),
  ].join('\n');
}

async function list({ gateway, terminal }: Session): Promise<void> {
  const given = await gateway.call('GET', '/vx11/repairs?limit=20', repairListAnswer);
  const rows = given.repairs.map(({ repair_id, suite, status, cause, created_at, patch_id }) => [
    repair_id,
    suite,
    status,
    cause ?? '',
    created_at,
    patch_id ?? '',
  ]);
  const header = ['REPAIR', 'SUITE', 'STATUS', 'CAUSE', 'ASKED', 'PATCH'];
  answer(terminal, given, () => table(header, rows));
}
