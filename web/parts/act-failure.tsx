import type { ActState } from '../live/act.ts';
import { useWords } from '../base/words.ts';
import { Failure, Note } from './page.tsx';

const words = {
  checking: [
    'The answer was lost. Checking what became of it…',
    'Se perdió la respuesta. Comprobando qué ha pasado…',
  ],
} as const;

/** Why an act failed, or that its answer was lost and the page asks again. */
export function ActFailure({ state }: { state: ActState }) {
  const t = useWords(words);
  if (state.step === 'checking') return <Note tone="warn">{t.checking}</Note>;
  if (state.step === 'failed') return <Failure error={state.error} />;
  return null;
}
