import {
  driftAudit,
  driftAuditAnswer,
  driftListAnswer,
  type DriftFinding,
  type DriftListAnswer,
} from '../../contracts/drift.ts';
import { auditHasEnded } from '../../domain/drift/audit.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import type { AddCommand, Session } from '../session.ts';
import { table } from '../table.ts';
import { answer } from '../terminal.ts';

interface DriftOptions {
  host?: string;
  last?: boolean;
  all?: boolean;
  includeTests?: boolean;
}

/** As `terraform plan` does: something differs. */
const differs = 2;
const pollEveryMs = 300;

export const addDrift: AddCommand = (program, session) => {
  program
    .command('drift')
    .description(
      'compare what runs with what the compose files declare; exits with 2 if they differ',
    )
    .argument('[service...]', 'only these')
    .option('--last', 'show what the last audit found, and compare nothing; manifestator may sleep')
    .option('--all', 'also what the next opening makes right, what is ignored, and remarks')
    .option('--include-tests', 'also services that only the profiles test and tests start')
    .option('--host <host>', 'of this host')
    .action(async (services: string[], options: DriftOptions) => {
      const own = session();
      if (options.last !== true) await audit(own, services, options);
      const given = await list(own, services, options);
      answer(own.terminal, given, () => text(given, options.all === true));
      if (given.drift_items > 0) throw new CommandFailed(differs, '');
    });
};

async function list(
  { gateway }: Session,
  services: readonly string[],
  { host }: DriftOptions,
): Promise<DriftListAnswer> {
  const query = new URLSearchParams(host === undefined ? {} : { host });
  const given = await gateway.call('GET', `/drift?${query}`, driftListAnswer);
  if (services.length === 0) return given;
  const items = given.items.filter(({ service }) => service !== null && services.includes(service));
  return { ...given, items, drift_items: items.filter(({ state }) => state === 'drift').length };
}

/** Starts an audit and waits for its end. */
async function audit(
  { gateway, terminal, signal }: Session,
  services: string[],
  { host, includeTests }: DriftOptions,
): Promise<void> {
  const body = {
    ...(host !== undefined && { host }),
    ...(services.length > 0 && { modules: services }),
    ...(includeTests === true && { include_tests: true }),
  };
  const given = await gateway.call('POST', '/manifestator/drift/audit', driftAuditAnswer, { body });
  if (given.audit === null)
    throw new CommandFailed(exitCode.refused, `${given.error}: ${given.hint}`);
  const { audit_id } = given.audit;
  const look = async () => {
    const path = `/manifestator/drift/audits/${audit_id}`;
    const now = await gateway.call('GET', path, driftAudit);
    return auditHasEnded(now) ? now : null;
  };
  const ended = auditHasEnded(given.audit)
    ? given.audit
    : await poll(look, { everyMs: pollEveryMs, signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        const message = `${audit_id} continues; vx11 drift --last shows what it finds`;
        throw new CommandFailed(exitCode.interrupted, message, { cause: error });
      });
  if (ended?.status === 'failed')
    throw new CommandFailed(exitCode.failed, `${ended.cause}: ${ended.detail}`);
  if (ended?.detail) terminal.err(ended.detail);
}

function text({ items, audits }: DriftListAnswer, all: boolean): string {
  if (audits.length === 0)
    return 'Nothing was compared yet: vx11 open manifestator --ttl 10m, then vx11 drift';
  const shown = items.filter(({ state }) => all || state === 'drift');
  const rows = shown.map((one) => [
    one.severity,
    ...(all ? [one.state] : []),
    one.kind,
    one.path,
    valuesOf(one),
  ]);
  const headings = ['SEVERITY', ...(all ? ['STATE'] : []), 'KIND', 'PATH', 'DECLARED → IS'];
  const about = audits.map(({ host, status, created_at, services }) => {
    const others = items.length - items.filter(({ state }) => state === 'drift').length;
    const rest = all || others === 0 ? '' : `; ${others} more with --all`;
    return `${host}: ${services} services compared, ${created_at} (${status})${rest}`;
  });
  return [...(rows.length === 0 ? ['No drift.'] : [table(headings, rows)]), '', ...about].join(
    '\n',
  );
}

const valuesOf = ({ expected, actual, description }: DriftFinding): string =>
  expected === null && actual === null ? description : `${expected ?? '–'} → ${actual ?? '–'}`;
