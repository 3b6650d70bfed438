import type { Severity } from '../../contracts/incidents.ts';
import { useWords } from '../base/words.ts';
import { Mark, type Shape, type Tone } from '../parts/mark.tsx';

const words = {
  info: ['info', 'nota'],
  warn: ['warning', 'aviso'],
  high: ['high', 'alta'],
  critical: ['critical', 'crítica'],
} as const;

const looks: Record<Severity, readonly [Shape, Tone]> = {
  info: ['ring', 'calm'],
  warn: ['warning', 'warn'],
  high: ['warning', 'bad'],
  critical: ['cross', 'bad'],
};

const rank: Record<Severity, number> = { info: 0, warn: 1, high: 2, critical: 3 };

/** Orders by severity, the worst last. */
export const bySeverity = (one: { severity: Severity }, other: { severity: Severity }): number =>
  rank[one.severity] - rank[other.severity];

/** How bad something is. */
export function SeverityMark({ of }: { of: Severity }) {
  const t = useWords(words);
  const [shape, tone] = looks[of];
  return (
    <Mark shape={shape} tone={tone}>
      {t[of]}
    </Mark>
  );
}
