import type { Notice, NoticeSeverity, NoticeType } from '../../contracts/notice.ts';
import { rankOf } from './grouping.ts';

/** Notices as one message: the most severe ones come first. */
export interface Digest {
  id: string;
  severity: NoticeSeverity;
  title: string;
  text: string;
  counts: Partial<Record<NoticeType, number>>;
  notices: Notice[];
}

const mostShown = 10;

const phrases: Record<NoticeType, (count: number) => string> = {
  'window.deadline': (n) => (n === 1 ? '1 window ends soon' : `${n} windows end soon`),
  'window.failed': (n) => (n === 1 ? '1 window failed' : `${n} windows failed`),
  'window.residue': (n) => `${n} left something running`,
  'plan.waiting': (n) => (n === 1 ? '1 plan waits' : `${n} plans wait`),
  'checks.red': (n) => (n === 1 ? '1 run of checks is red' : `${n} runs of checks are red`),
  'patch.rolled_back': (n) => (n === 1 ? '1 patch taken back' : `${n} patches taken back`),
  'repair.failed': (n) => (n === 1 ? '1 repair failed' : `${n} repairs failed`),
  'schedule.missed': (n) => `${n} missed by schedules`,
  'schedule.skipped': (n) => `${n} skipped by schedules`,
  'incident.opened': (n) => (n === 1 ? '1 incident' : `${n} incidents`),
  'incident.resolved': (n) => (n === 1 ? '1 incident is over' : `${n} incidents are over`),
  'incident.flapping': (n) => (n === 1 ? '1 comes and goes' : `${n} come and go`),
  'incident.storm': (n) => (n === 1 ? '1 storm of incidents' : `${n} storms of incidents`),
  'drift.found': (n) => `${n} not as declared`,
  'routing.key_out': (n) => (n === 1 ? '1 key is out' : `${n} keys are out`),
  test: (n) => (n === 1 ? '1 test' : `${n} tests`),
};

/** @param notices at least one */
export function digestOf(id: string, notices: readonly Notice[]): Digest {
  const sorted = notices.toSorted(
    (one, other) => rankOf(other.severity) - rankOf(one.severity) || one.at.localeCompare(other.at),
  );
  const [first] = sorted;
  const counts: Digest['counts'] = {};
  for (const { type } of sorted) counts[type] = (counts[type] ?? 0) + 1;
  const all = { id, severity: first!.severity, counts, notices: sorted };
  if (sorted.length === 1) return { ...all, title: first!.title, text: first!.text };
  const parts = Object.entries(counts).map(([type, n]) => phrases[type as NoticeType](n));
  const lines = sorted.slice(0, mostShown).map(({ title }) => `• ${title}`);
  const left = sorted.length - lines.length;
  const more = left === 0 ? [] : [`and ${left} more: vx11 notify outbox`];
  return {
    ...all,
    title: `${sorted.length} notices: ${parts.join(', ')}`,
    text: [...lines, ...more].join('\n'),
  };
}
