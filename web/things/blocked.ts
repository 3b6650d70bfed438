import { useWords } from '../base/words.ts';
import { useFresh } from '../live/live.ts';

const words = {
  stale: [
    'Not while the page is cut off from VX11',
    'No mientras la página esté sin conexión con VX11',
  ],
} as const;

/** Why nothing can be changed now; undefined while the page is live. */
export function useBlocked(): string | undefined {
  const t = useWords(words);
  return useFresh() ? undefined : t.stale;
}
