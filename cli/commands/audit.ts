import { Option } from 'commander';
import { auditLog, auditVerifyAnswer, type ChainVerdict } from '../../contracts/audit.ts';
import { parseDuration } from '../duration.ts';
import { CommandFailed, exitCode } from '../exit-code.ts';
import type { AddCommand } from '../session.ts';
import { answer } from '../terminal.ts';

/** Timeout for a verification, which reads the whole log. */
const verifyMs = 600_000;

const logOption = () => new Option('--log <name>', 'which log').choices(auditLog.options);

export const addAudit: AddCommand = (program, session) => {
  const group = program.command('audit').description('verify and export the append-only logs');
  group
    .command('verify')
    .description('check that no row was changed or removed; report the first that was')
    .addHelpText(
      'after',
      '\nAnyone with full write access to the database can rewrite a whole log, including its head. Keep the heads that this\n' +
        'command prints in another place, and check that later exports contain them (docs/autonomy.md).',
    )
    .addOption(logOption())
    .action(async ({ log }: { log?: string }) => {
      const { gateway, terminal } = session();
      const query = new URLSearchParams({ ...(log && { log }) });
      const given = await gateway.call('GET', `/vx11/audit/verify?${query}`, auditVerifyAnswer, {
        withinMs: verifyMs,
      });
      answer(terminal, given, () => given.logs.map(verdictText).join('\n'));
      if (!given.ok) throw new CommandFailed(exitCode.failed, '');
    });
  group
    .command('export')
    .description(
      'print a log as JSON Lines; each row has its own hash and that of the row before it',
    )
    .addOption(logOption().default('events'))
    .option('--since <when>', 'start at a time, a duration ago such as 7d, or a row number')
    .action(async ({ log, since }: { log: string; since?: string }) => {
      const { gateway, terminal, signal } = session();
      const query = new URLSearchParams({ log, ...(since && { since: sinceOf(since) }) });
      const { body } = await gateway.stream(`/vx11/audit/export?${query}`, signal);
      if (body === null) return;
      let rest = '';
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        if (lines.length > 0) terminal.out(lines.join('\n'));
      }
    });
};

function verdictText(verdict: ChainVerdict): string {
  const { log, ok, checked, broken_at, because, anchor, head } = verdict;
  if (!ok) return `${log}: BROKEN at row ${broken_at}: ${because}`;
  const from =
    anchor === null ? '' : `, from row ${anchor.seq + 1} on; older rows were deleted by retention`;
  const end = head === null || head.seq === 0 ? '' : `; head ${head.seq} ${head.hash}`;
  return `${log}: ${checked} rows verify${from}${end}`;
}

/** Converts `--since` to an ISO time or a row number. Throws `CommandFailed` for anything else. */
function sinceOf(text: string): string {
  if (/^\d+$/.test(text)) return text;
  const ago = parseDuration(text);
  const at = ago === null ? Date.parse(text) : Date.now() - ago * 1000;
  if (Number.isFinite(at)) return new Date(at).toISOString();
  throw new CommandFailed(
    exitCode.usage,
    `--since ${text} is not a time: give a date such as 2026-11-21, a duration such as 7d, or a row number.`,
  );
}
