import type { CheckGroup } from '../../contracts/trace.ts';
import type { EventRecord } from '../../contracts/event.ts';
import {
  firstOf,
  known,
  numberOf,
  part,
  requestAttributes,
  textOf,
  whole,
  type Attributes,
  type Moment,
  type SpanDraft,
} from './span.ts';

/** The suites of a run of checks, each from its first check to its last, and the whole of it. */
export function endedRunSpans({ subject, event, before }: Moment): SpanDraft[] {
  const { at, payload } = event;
  const begun = firstOf(before, 'checks.queued') ?? event;
  const groups = (payload['groups'] ?? []) as CheckGroup[];
  const status = textOf(payload, 'status');
  const suite = textOf(payload, 'suite') ?? '';
  const attributes = {
    ...requestAttributes(begun, event),
    ...countsOf(payload['counts']),
    ...known({
      'vx11.run_id': subject.id,
      'vx11.window_id': event.window_id,
      'vx11.suite': suite,
      'vx11.status': status,
      'vx11.cause': textOf(payload, 'cause'),
      'vx11.score': numberOf(payload, 'score'),
    }),
  };
  const error = isRed(status) ? [status, textOf(payload, 'cause')].filter(Boolean) : [];
  const rest = { attributes, error: error.join(': ') || null };
  return [
    ...groups.map((group) => groupSpan(subject, group)),
    whole(subject, `checks ${suite}`.trim(), [begun.at, at], rest),
  ];
}

function groupSpan(subject: Moment['subject'], group: CheckGroup): SpanDraft {
  const { suite, started_at, finished_at, counts } = group;
  const bad = Object.entries(counts).filter(([status]) => isRed(status));
  const error = bad.map(([status, count]) => `${count} ${status}`).join(', ') || null;
  const attributes = { 'vx11.suite': suite, ...countsOf(counts) };
  return part(subject, suite, `suite ${suite}`, [started_at, finished_at], { error, attributes });
}

const isRed = (status: string | null): boolean =>
  status === 'failed' || status === 'error' || status === 'timeout' || status === 'interrupted';

const countsOf = (counts: unknown): Attributes =>
  Object.fromEntries(
    Object.entries((counts ?? {}) as Record<string, number>).map(([status, count]) => [
      `vx11.checks.${status}`,
      count,
    ]),
  );

/** The phase of a repair that ends as another begins. */
export function phaseSpan({ subject, event, before }: Moment): SpanDraft[] {
  const last = before.findLast(({ type }) => type === 'repair.phase' || type === 'repair.queued');
  if (last === undefined) return [];
  const name = textOf(last.payload, 'phase') ?? 'queued';
  const attributes = known({ 'vx11.cycle': numberOf(last.payload, 'cycle') });
  return [part(subject, `phase/${last.seq}`, name, [last.at, event.at], { attributes })];
}

/** The last phase of a repair, and the whole of it. */
export function endedRepairSpans(moment: Moment): SpanDraft[] {
  const { subject, event, before } = moment;
  const { at, payload } = event;
  const begun = firstOf(before, 'repair.queued') ?? event;
  const status = textOf(payload, 'status');
  const attributes = {
    ...requestAttributes(begun, event),
    ...known({
      'vx11.repair_id': subject.id,
      'vx11.run_id': textOf(payload, 'run_id'),
      'vx11.plan_id': textOf(payload, 'plan_id'),
      'vx11.patch_id': textOf(payload, 'patch_id'),
      'vx11.status': status,
      'vx11.cause': textOf(payload, 'cause'),
    }),
  };
  const error = status === 'error' || status === 'gave_up' ? status : null;
  const name = `repair ${textOf(begun.payload, 'suite') ?? ''}`.trim();
  return [...phaseSpan(moment), whole(subject, name, timesOf(begun, at), { error, attributes })];
}

const timesOf = (begun: EventRecord, at: string) => [begun.at, at] as const;
