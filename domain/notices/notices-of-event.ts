import type { EventRecord, EventType } from '../../contracts/event.ts';
import type { Notice } from '../../contracts/notice.ts';
import { textOf, type Describe } from './event-text.ts';
import { keyOut } from './key-out.ts';
import { troubleRows } from './trouble-rows.ts';

const namesOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/**
 * The notice of each event. An event without a row here notifies nobody: that a service sleeps, was stopped at
 * its deadline or was never awake is as it should be.
 */
const rows: Partial<Record<EventType, Describe>> = {
  ...troubleRows,
  'window.failed': (event) => {
    const failures = Array.isArray(event.payload['failures']) ? event.payload['failures'] : [];
    const reasons = (failures as { service?: unknown; detail?: unknown }[]).map(
      ({ service, detail }) => `${String(service)}: ${String(detail)}`,
    );
    const why = reasons.length > 0 ? reasons.slice(0, 5).join('\n') : textOf(event, 'error');
    return {
      type: 'window.failed',
      severity: 'high',
      title: `A window failed: ${event.window_id ?? ''}`,
      text: `${why}\nNothing of it runs. vx11 doctor says what is wrong with the host; then open it again.`,
      subject: event.window_id ?? '',
    };
  },
  'window.closed': (event) => {
    const receipt = event.payload['receipt'] as { residue?: unknown } | undefined;
    const residue = namesOf(receipt?.residue);
    if (residue.length === 0) return null;
    return {
      type: 'window.residue',
      severity: 'critical',
      title: `Still running after its window: ${residue.join(', ')}`,
      text: `The window ${event.window_id ?? ''} has ended and they did not stop. VX11 tries again; vx11 status shows them, docker stop ends them by hand.`,
      subject: event.window_id ?? '',
    };
  },
  'plan.waiting': (event) => {
    const plan = textOf(event, 'plan_id');
    const until = textOf(event, 'expires_at');
    return {
      type: 'plan.waiting',
      severity: 'high',
      title: `A plan waits for a yes: ${plan}`,
      text: `vx11 plan show ${plan} shows what it would do; a person confirms or rejects it there${until === '' ? '' : `, until ${until}`}. Nothing happens without that.`,
      subject: plan,
    };
  },
  'checks.finished': (event) => {
    const status = textOf(event, 'status');
    if (status !== 'failed' && status !== 'error') return null;
    const [suite, run] = [textOf(event, 'suite'), textOf(event, 'run_id')];
    return {
      type: 'checks.red',
      severity: 'high',
      title: `Checks of ${suite} are red`,
      text: `${run} ended as ${status}. vx11 check --runs shows its results; vx11 repair --run ${run} looks for a patch.`,
      subject: run,
    };
  },
  'patch.rolled_back': (event) => {
    const [patch, status] = [textOf(event, 'patch_id'), textOf(event, 'status')];
    const files = namesOf(event.payload['files']).slice(0, 10).join(', ');
    const isTaken = status === 'rolled_back';
    return {
      type: 'patch.rolled_back',
      severity: 'high',
      title: isTaken
        ? `A patch was taken back: ${patch}`
        : `A patch could not be taken back: ${patch}`,
      text: isTaken
        ? `It did not hold, so the files are as they were: ${files}. vx11 patch show ${patch} shows it.`
        : `${textOf(event, 'detail') || `Its files were edited meanwhile and stay as they are: ${files}.`} vx11 patch show ${patch} shows it.`,
      subject: patch,
    };
  },
  'repair.finished': (event) => {
    const status = textOf(event, 'status');
    if (status !== 'gave_up' && status !== 'error') return null;
    const repair = textOf(event, 'repair_id');
    return {
      type: 'repair.failed',
      severity: 'warn',
      title: `A repair ended as ${status}: ${repair}`,
      text: `${textOf(event, 'cause')} vx11 repair --list shows the last repairs.`.trim(),
      subject: repair,
    };
  },
  'routing.target_out': keyOut,
  'schedule.missed': (event) => ({
    type: 'schedule.missed',
    severity: 'warn',
    title: `A schedule missed its time: ${textOf(event, 'schedule')}`,
    text: `${textOf(event, 'why')}. vx11 schedule list shows when it is due next.`,
    subject: `schedule ${textOf(event, 'schedule')}`,
  }),
  'schedule.skipped': (event) => ({
    type: 'schedule.skipped',
    severity: 'info',
    title: `A scheduled window was skipped: ${textOf(event, 'schedule')}`,
    text: `${textOf(event, 'why')}. vx11 schedule list shows when it is due next.`,
    subject: `schedule ${textOf(event, 'schedule')}`,
  }),
};

/** The notice of an event; null if it has none. */
export function noticeOfEvent(event: EventRecord): Notice | null {
  const text = rows[event.type]?.(event) ?? null;
  return text === null ? null : { ...text, at: event.at, valid_until: validUntil(event) };
}

/** A plan that has expired waits no more. */
const validUntil = ({ type, payload }: EventRecord): string | null => {
  const until = type === 'plan.waiting' ? payload['expires_at'] : null;
  return typeof until === 'string' ? until : null;
};
