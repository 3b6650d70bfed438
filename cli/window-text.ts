import type { Receipt, WindowView } from '../contracts/window.ts';
import { showDuration } from './duration.ts';
import { plainText } from '../platform/clean-text.ts';
import { table } from './table.ts';
import { showDeadline, showTime } from './time.ts';

/** Formats a receipt: how each service of the window ended. */
export function receiptText(receipt: Receipt): string {
  const when = endText(receipt);
  const rows = receipt.services.map((one) => [
    one.service,
    one.outcome,
    one.stop_ms === null ? '' : `${one.stop_ms} ms`,
    one.exit_code === null ? '' : `exit ${one.exit_code}`,
    [
      one.stopped_by && one.stopped_by !== 'window' ? `by ${one.stopped_by}` : '',
      one.state === 'unknown'
        ? 'started on another Docker Engine, which cannot be reached from here'
        : '',
      one.kept_for.length > 0 ? `kept for ${one.kept_for.join(', ')}` : '',
    ]
      .filter(Boolean)
      .join('; '),
  ]);
  return [
    `Closed by ${receipt.closed_by} at ${showTime(receipt.closed_at)}${when}.`,
    ...(rows.length > 0 ? [table(['SERVICE', 'OUTCOME', 'TOOK', 'CODE', ''], rows)] : []),
    ...(receipt.residue.length > 0
      ? [`Left running: ${receipt.residue.join(', ')}. next: vx11 doctor`]
      : []),
  ].join('\n');
}

/** Describes when a window ended relative to its deadline: how long before it, or how late its last service was down. */
function endText({ deadline, closed_at, overrun_ms }: Receipt): string {
  if (deadline === null) return '';
  const left = Date.parse(deadline) - Date.parse(closed_at);
  if (left >= 1000) return `, ${showDuration(left / 1000)} before its deadline`;
  return overrun_ms === null ? '' : `, ${overrun_ms} ms after its deadline`;
}

/** Formats the services of a window that failed, each with its error and what to do. */
const failuresText = (failures: WindowView['services_failed']): string[] =>
  failures.map(({ service, error, detail }) =>
    plainText(`  ${service} failed [${error}]: ${detail}`),
  );

/** Formats a window in a few lines, with the commands to use next. */
export function windowText(window: WindowView, now = Date.now()): string {
  const names = window.services.join(', ');
  const failures = failuresText(window.services_failed);
  const next = (line: string): string => `  next: ${line}`;
  switch (window.state) {
    case 'open':
      return [
        `${names}: open until ${showDeadline(window.expires_at, now)}`,
        `  window ${window.window_id}, up: ${window.services_started.join(', ')}`,
        ...failures,
        ...(window.mode === 'ttl' ? [`  extend:  vx11 extend ${window.window_id} --by 10m`] : []),
        `  close:   vx11 close ${window.window_id}`,
      ].join('\n');
    case 'queued':
      return [
        `${names}: queued, waiting for ${window.waiting_for ?? 'room'}`,
        next(`vx11 events --window ${window.window_id} --follow`),
      ].join('\n');
    case 'requested':
    case 'opening':
      return [
        `${names}: still opening${window.waiting_for === null ? '' : `, waiting for ${plainText(window.waiting_for)}`}; it continues in the background`,
        next(`vx11 events --window ${window.window_id} --follow, or vx11 status`),
      ].join('\n');
    case 'failed':
      return [
        `${names}: the window failed and left nothing running`,
        ...failures,
        next('fix what is named above, then open it again'),
      ].join('\n');
    default:
      return `${names}: ${window.state}`;
  }
}

/** Formats windows as a table, in the given order. */
export function windowsTable(windows: WindowView[], now = Date.now()): string {
  if (windows.length === 0) return 'No windows. Open one with: vx11 open SERVICE --ttl 10m';
  const rows = windows.map((one) => [
    one.window_id,
    one.services.join(','),
    one.state,
    untilText(one, now),
    one.owner,
    one.reason ?? '',
  ]);
  return table(['WINDOW', 'SERVICES', 'STATE', 'UNTIL', 'OWNER', 'WHY'], rows);
}

function untilText(window: WindowView, now: number): string {
  if (window.state === 'open') return showDeadline(window.expires_at, now);
  if (window.closed_at === null) return '';
  const { receipt } = window;
  return `closed ${showTime(window.closed_at, now)}${receipt ? ` by ${receipt.closed_by}${endText(receipt)}` : ''}`;
}
