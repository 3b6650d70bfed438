import type { Incident, IncidentStatus } from '../../../contracts/incidents.ts';
import { useWords } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { words } from './words.ts';

const looks: Record<IncidentStatus, readonly [Shape, Tone]> = {
  open: ['full', 'bad'],
  acknowledged: ['half', 'calm'],
  resolved: ['check', 'good'],
  closed: ['check', 'calm'],
};

/** How an incident stands. */
export function StatusMark({ of: { status, flapping } }: { of: Incident }) {
  const t = useWords(words);
  const [shape, tone] = looks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {flapping ? `${t[status]}, ${t.flapping}` : t[status]}
    </Mark>
  );
}

/** Whether something can still be done about it. */
export const isLive = ({ status }: Incident): boolean =>
  status === 'open' || status === 'acknowledged';
