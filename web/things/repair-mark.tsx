import type { RepairStatus } from '../../contracts/repair.ts';
import { useWords } from '../base/words.ts';
import { Mark, type Shape, type Tone } from '../parts/mark.tsx';

/** What a repair is doing, or how it ended. */
export const repairWords = {
  queued: ['queued', 'en cola'],
  reproducing: ['reproducing', 'reproduciendo'],
  analysing: ['looking for the cause', 'buscando la causa'],
  trying: ['trying changes', 'probando cambios'],
  waiting: ['waits for a yes', 'espera un sí'],
  applying: ['applying', 'aplicando'],
  repaired: ['repaired', 'reparado'],
  proposed: ['patch proved, not applied', 'parche probado, sin aplicar'],
  rolled_back: ['taken back', 'deshecho'],
  rejected: ['rejected', 'rechazado'],
  expired: ['nobody said yes', 'nadie dijo que sí'],
  stale: ['a file changed before', 'un archivo cambió antes'],
  conflict: ['not taken back whole', 'no se deshizo del todo'],
  flaky: ['comes and goes', 'va y viene'],
  not_reproduced: ['green in a copy', 'bien en una copia'],
  external: ['nothing here mends it', 'aquí no se arregla'],
  needs_value: ['needs a value', 'falta un valor'],
  no_candidate: ['no change proved', 'ningún cambio probado'],
  refused_by_policy: ['refused by policy', 'la norma lo impide'],
  gave_up: ['gave up', 'se rindió'],
  cancelled: ['cancelled', 'cancelado'],
  error: ['error', 'error'],
} as const satisfies Record<RepairStatus, readonly [string, string]>;

export const repairLooks: Record<RepairStatus, readonly [Shape, Tone]> = {
  queued: ['dots', 'calm'],
  reproducing: ['half', 'accent'],
  analysing: ['half', 'accent'],
  trying: ['half', 'accent'],
  waiting: ['clock', 'warn'],
  applying: ['half', 'accent'],
  repaired: ['check', 'good'],
  proposed: ['check', 'accent'],
  rolled_back: ['undo', 'warn'],
  rejected: ['cross', 'calm'],
  expired: ['clock', 'calm'],
  stale: ['warning', 'warn'],
  conflict: ['warning', 'bad'],
  flaky: ['warning', 'warn'],
  not_reproduced: ['question', 'calm'],
  external: ['warning', 'warn'],
  needs_value: ['question', 'warn'],
  no_candidate: ['cross', 'warn'],
  refused_by_policy: ['ring', 'calm'],
  gave_up: ['cross', 'bad'],
  cancelled: ['undo', 'calm'],
  error: ['cross', 'bad'],
};

export function RepairMark({ status }: { status: RepairStatus }) {
  const t = useWords(repairWords);
  const [shape, tone] = repairLooks[status];
  return (
    <Mark shape={shape} tone={tone}>
      {t[status]}
    </Mark>
  );
}
