import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import { z } from 'zod';
import {
  checkRunAnswer,
  checkRunListAnswer,
  checkRunView,
  suiteSummary,
  type CheckRunAnswer,
  type CheckRunView,
} from '../../../contracts/checks.ts';
import { operatorOpenAnswer } from '../../../contracts/operator.ts';
import { GatewayFailure } from '../../../client/gateway-failure.ts';
import { runHasEnded } from '../../../domain/checks/outcome.ts';
import { writers } from '../../../domain/checks/reports/index.ts';
import { verdictLine } from '../../../domain/checks/reports/report.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { version } from '../../../platform/version.ts';
import { durationArgument, numberArgument } from '../../argument.ts';
import { asOneRun, cyclesText, exitOfCycles } from './check-cycles.ts';
import { showDuration } from '../../duration.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { AddCommand, Session } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

interface CheckOptions {
  service?: string[];
  host?: string;
  reason?: string;
  junit?: string;
  open: boolean;
  flaky: 'fail' | 'pass';
  cycles: number;
  keepOpen?: number | true;
  list?: boolean;
  runs?: boolean;
}

const pollEveryMs = 200;
const keptOpenSeconds = 900;
const suiteList = z.object({ suites: z.array(suiteSummary.extend({ host: z.string() })) });

export const addCheck: AddCommand = (program, session) => {
  program
    .command('check')
    .description('wake what a suite needs, check it, and let it sleep again')
    .argument('[suite]', 'a suite or a service; by default everything that declares checks')
    .option('--service <name...>', 'only the checks of these services')
    .option('--host <host>', 'the host, where several have the suite')
    .option('--reason <text>', 'why, for the log')
    .option('--junit <file>', 'write the result as JUnit XML')
    .option('--no-open', 'wake nothing: what sleeps is off_by_policy')
    .addOption(
      new Option('--flaky <how>', 'what a pass after a failure counts as')
        .choices(['fail', 'pass'])
        .default('fail'),
    )
    .option(
      '--cycles <n>',
      'run the checks this often, one run after the other',
      numberArgument(1, 100),
      1,
    )
    .option(
      '--keep-open [duration]',
      'hold what the checks need in a window of its own, from the start of the last run (15m)',
      durationArgument,
    )
    .option('--list', 'list what can be checked')
    .option('--runs', 'list the last runs')
    .action(async (suite: string | undefined, options: CheckOptions) => {
      if (options.list === true) return list(session());
      if (options.runs === true) return listRuns(session());
      return check(session(), suite, options);
    });
};

async function check(
  session: Session,
  suite: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const { terminal } = session;
  const { junit, cycles, open, keepOpen } = options;
  if (!open && keepOpen !== undefined) {
    const problem = '--no-open wakes nothing, so nothing can be kept open: leave one of them out.';
    throw new CommandFailed(exitCode.usage, problem);
  }
  const given: CheckRunAnswer[] = [];
  for (let nth = 1; nth <= cycles; nth += 1) {
    given.push(await runOnce(session, suite, { ...options, isLast: nth === cycles }));
  }
  if (junit !== undefined) {
    const xml = writers['junit.xml']({ version, receipt: null, ...asOneRun(given) });
    await writeFile(junit, xml).catch((error: unknown) => {
      throw new CommandFailed(exitCode.failed, `${junit} cannot be written: ${String(error)}`);
    });
  }
  const [only] = given;
  if (cycles === 1) answer(terminal, only!, () => checkText(only!));
  else answer(terminal, { cycles: given }, () => cyclesText(given));
  const code = exitOfCycles(given);
  if (code !== 0) throw new CommandFailed(code, '');
}

async function runOnce(
  session: Session,
  suite: string | undefined,
  { service, host, reason, open, flaky, keepOpen, isLast }: CheckOptions & { isLast: boolean },
): Promise<CheckRunAnswer> {
  const body = {
    flaky,
    open: open ? 'window' : 'never',
    ...(suite !== undefined && { suite }),
    ...(service !== undefined && { services: service }),
    ...(host !== undefined && { host }),
    ...(reason !== undefined && { reason }),
  };
  const run = await session.gateway
    .call('POST', '/vx11/checks', checkRunView, { body })
    .catch(nothingRan);
  session.terminal.err(`${run.run_id} started`);
  if (keepOpen !== undefined && isLast) {
    await holdOpen(session, run, keepOpen === true ? keptOpenSeconds : keepOpen);
  }
  return untilEnded(session, run.run_id);
}

/** Opens a window beside that of the run, which outlasts it. The run goes on without it if it is refused. */
async function holdOpen(
  { gateway, terminal }: Session,
  { run_id, services, host }: CheckRunView,
  ttl_sec: number,
): Promise<void> {
  const body = { services, ttl_sec, host, wait_seconds: 0, reason: `kept open after ${run_id}` };
  try {
    const { window_id } = await gateway.call(
      'POST',
      '/operator/power/window/open',
      operatorOpenAnswer,
      {
        body,
      },
    );
    terminal.err(
      `${window_id} holds ${services.join(', ')} for ${showDuration(ttl_sec)}; vx11 close ends it sooner`,
    );
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    terminal.err(`What the checks need is not kept open: ${error.message}`);
  }
}

/** A suite that is not there or has a mistake: nothing could be judged. */
function nothingRan(error: unknown): never {
  const refused = error instanceof GatewayFailure && error.kind === 'refused';
  throw refused ? new CommandFailed(exitCode.usage, error.message, { cause: error }) : error;
}

/** Waits for the end of a run; Ctrl-C ends the run, whose window closes without us. */
async function untilEnded(
  { gateway, terminal, signal }: Session,
  runId: string,
): Promise<CheckRunAnswer> {
  const path = `/vx11/checks/${runId}`;
  const look = async (): Promise<CheckRunAnswer | null> => {
    const given = await gateway.call('GET', path, checkRunAnswer);
    return runHasEnded(given.run) ? given : null;
  };
  try {
    return (await poll(look, { everyMs: pollEveryMs, signal }))!;
  } catch (error) {
    if (!signal.aborted) throw error;
    await gateway.call('DELETE', path, checkRunView);
    terminal.err(`${runId} is being cancelled; its window closes`);
    throw new CommandFailed(exitCode.interrupted, '', { cause: error });
  }
}

function checkText(given: CheckRunAnswer): string {
  const { run, results } = given;
  const rows = results.map(({ suite, name, status, ms, cause, detail }) => [
    `${suite}/${name}`,
    status,
    ms === null ? '–' : String(Math.round(ms)),
    [cause, detail].filter(Boolean).join(': '),
  ]);
  return [
    verdictLine(given),
    ...(run.detail === null ? [] : [run.detail]),
    ...(rows.length === 0 ? [] : ['', table(['CHECK', 'RESULT', 'MS', 'WHY'], rows)]),
    ...(run.folder === null ? [] : ['', `report: ${run.folder}`]),
  ].join('\n');
}

async function list({ gateway, terminal }: Session): Promise<void> {
  const given = await gateway.call('GET', '/vx11/checks/suites', suiteList);
  const rows = given.suites.map(({ name, kind, declared, checks, services, problems }) => [
    name,
    declared ? kind : `${kind}, implied`,
    String(checks),
    services.join(', '),
    problems.join('; '),
  ]);
  answer(terminal, given, () => table(['SUITE', 'KIND', 'CHECKS', 'SERVICES', 'PROBLEM'], rows));
}

async function listRuns({ gateway, terminal }: Session): Promise<void> {
  const given = await gateway.call('GET', '/vx11/checks?limit=20', checkRunListAnswer);
  const rows = given.runs.map(({ run_id, suite, status, score, created_at, cause }) => [
    run_id,
    suite,
    status,
    score === null ? '–' : `${Math.round(score * 100)} %`,
    created_at,
    cause ?? '',
  ]);
  answer(terminal, given, () => table(['RUN', 'SUITE', 'STATUS', 'SCORE', 'ASKED', 'CAUSE'], rows));
}
