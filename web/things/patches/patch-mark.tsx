import type { PatchStatus } from '../../../contracts/patch.ts';
import { useWords } from '../../base/words.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';

const patchWords = {
  proposed: ['proposed', 'propuesto'],
  applied: ['applied, being watched', 'aplicado, en observación'],
  taking_back: ['being taken back', 'deshaciéndose'],
  kept: ['kept', 'se queda'],
  rolled_back: ['taken back', 'deshecho'],
  stale: ['a file changed before', 'un archivo cambió antes'],
  conflict: ['not taken back whole', 'no se deshizo del todo'],
  dropped: ['not applied', 'sin aplicar'],
  reverted: ['reverted', 'revertido'],
} as const satisfies Record<PatchStatus | 'reverted', readonly [string, string]>;

const patchLooks: Record<PatchStatus | 'reverted', readonly [Shape, Tone]> = {
  proposed: ['clock', 'calm'],
  applied: ['half', 'accent'],
  taking_back: ['undo', 'accent'],
  kept: ['check', 'good'],
  rolled_back: ['undo', 'warn'],
  stale: ['warning', 'warn'],
  conflict: ['warning', 'bad'],
  dropped: ['cross', 'calm'],
  reverted: ['undo', 'calm'],
};

/** What became of a patch. @param status `reverted`: a later patch took it back on request */
export function PatchMark({ status }: { status: PatchStatus | 'reverted' }) {
  const t = useWords(patchWords);
  const [shape, tone] = patchLooks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {t[status]}
    </Mark>
  );
}
