import { Option } from 'commander';
import {
  discoverAnswer,
  programCategory,
  programListAnswer,
  type ProgramListAnswer,
  type ProgramScan,
  type ProgramView,
} from '../../../contracts/programs.ts';
import { scanHasEnded } from '../../../domain/programs/scan.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { AddCommand, Session } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

interface ClisOptions {
  category?: string;
  name?: string;
  usable?: boolean;
  host?: string;
  scan?: boolean;
  refresh?: boolean;
}

const pollEveryMs = 200;

export const addClis: AddCommand = (program, session) => {
  program
    .command('clis')
    .description('list the programs that hermes found; it may sleep meanwhile')
    .addOption(new Option('--category <category>', 'only these').choices(programCategory.options))
    .option('--name <name>', 'only this one')
    .option('--usable', 'only those that can be used')
    .option('--no-usable', 'only those that cannot be used')
    .option('--host <host>', 'only those of this host')
    .option('--scan', 'look again first; hermes has to be awake')
    .option('--refresh', 'with --scan: ask for versions again, also where no file has changed')
    .action(async (options: ClisOptions) => {
      const own = session();
      if (options.scan === true) await scan(own, options);
      const given = await list(own, options);
      answer(own.terminal, given, () => text(given));
    });
};

const list = (
  { gateway }: Session,
  { category, name, usable, host }: ClisOptions,
): Promise<ProgramListAnswer> => {
  const query = new URLSearchParams({
    ...(category !== undefined && { category }),
    ...(name !== undefined && { name }),
    ...(usable !== undefined && { usable: String(usable) }),
    ...(host !== undefined && { host }),
  });
  return gateway.call('GET', `/hermes/clis?${query}`, programListAnswer);
};

/** Starts a scan and waits for its end. */
async function scan(session: Session, { host, refresh }: ClisOptions): Promise<void> {
  const { gateway, terminal, signal } = session;
  const body = { ...(host !== undefined && { host }), ...(refresh === true && { refresh }) };
  const started = await gateway.call('POST', '/hermes/discover', discoverAnswer, { body });
  if (started.scan === null)
    throw new CommandFailed(exitCode.refused, `${started.error}: ${started.hint}`);
  const { scan_id, host: on } = started.scan;
  terminal.err(`${scan_id} looks for ${started.scan.names} programs on ${on}`);
  const look = async (): Promise<{ now: ProgramScan | undefined } | null> => {
    // the scan comes with the programs; one of them is enough
    const { scans } = await list(session, { host: on, name: 'node' });
    const now = scans.find((one) => one.scan_id === scan_id);
    // a newer scan has replaced it
    return now === undefined || scanHasEnded(now) ? { now } : null;
  };
  const ended = await poll(look, { everyMs: pollEveryMs, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    const message = `${scan_id} continues; vx11 clis shows what it finds`;
    throw new CommandFailed(exitCode.interrupted, message, { cause: error });
  });
  if (ended?.now?.status === 'failed')
    throw new CommandFailed(exitCode.failed, `${ended.now.cause}: ${ended.now.detail}`);
}

function text({ programs, scans }: ProgramListAnswer): string {
  if (programs.length === 0 && scans.length === 0)
    return 'No host was searched yet: vx11 open hermes --ttl 10m, then vx11 clis --scan';
  const rows = programs.map((one) => [
    one.name,
    one.category,
    one.version ?? '–',
    one.version_from === 'unknown' ? '' : one.version_from,
    one.usable ? 'yes' : 'no',
    one.auth === 'unknown' ? '' : one.auth,
    `${one.host}:${one.root}`,
    pathText(one),
  ]);
  const headings = ['NAME', 'CATEGORY', 'VERSION', 'FROM', 'USABLE', 'LOGIN', 'WHERE', 'PATH'];
  const about = scans.map(
    ({ host, status, created_at, found, names }) =>
      `${host}: ${found} of ${names} names found, ${created_at} (${status})`,
  );
  return [...(rows.length === 0 ? [] : [table(headings, rows), '']), ...about].join('\n');
}

const pathText = ({ path, reason }: ProgramView): string =>
  reason === null ? path : `${path}: ${reason}`;
