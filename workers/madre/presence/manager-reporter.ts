import type { PowerHost } from '../../../activities/power/host/host.ts';

/** Reports on the supervisor's terminal when another installation manages the project, and when that ends. */
export function managerReporter(
  { claim, log }: PowerHost,
  say: (sentence: string) => void,
): () => void {
  let said: string | null = null;
  return () => {
    const now = claim.state().managed_elsewhere;
    if (now === said) return;
    const sentence = now ?? 'The other installation is gone: this one manages the project now.';
    said = now;
    log.warn(sentence);
    say(sentence);
  };
}
