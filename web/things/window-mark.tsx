import type { WindowView } from '../../contracts/window.ts';
import { useWords, type Words } from '../base/words.ts';
import { Mark, type Shape, type Tone } from '../parts/mark.tsx';

const words = {
  requested: ['requested', 'pedida'],
  queued: ['queued', 'en cola'],
  opening: ['opening', 'abriendo'],
  open: ['open', 'abierta'],
  hold: ['hold', 'fija'],
  closing: ['closing', 'cerrando'],
  closed: ['closed', 'cerrada'],
  failed: ['failed', 'falló'],
  residue: ['closed, not all stopped', 'cerrada, no paró todo'],
} as const;

type State = keyof Words<typeof words>;

const looks: Record<State, [Shape, Tone]> = {
  requested: ['dots', 'calm'],
  queued: ['dots', 'warn'],
  opening: ['half', 'accent'],
  open: ['full', 'good'],
  hold: ['endless', 'good'],
  closing: ['dashed', 'accent'],
  closed: ['check', 'calm'],
  failed: ['cross', 'bad'],
  residue: ['warning', 'bad'],
};

/** The state that a person sees: a hold has its own, and so has an end that left something running. */
export function windowState({ state, mode, receipt }: WindowView): State {
  if (state === 'open' && mode === 'hold') return 'hold';
  if (receipt !== null && receipt.residue.length > 0) return 'residue';
  return state;
}

export function WindowMark({ window }: { window: WindowView }) {
  const t = useWords(words);
  const state = windowState(window);
  const [shape, tone] = looks[state];
  return (
    <Mark shape={shape} tone={tone}>
      {t[state]}
    </Mark>
  );
}
