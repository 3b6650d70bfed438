import type { WakeRequest } from '../../contracts/routing-call.ts';

/** What a caller reads while a service wakes, or its window is made longer. @param elapsed seconds since that began */
export function wakingText(
  { service, about_seconds: about }: Pick<WakeRequest, 'service' | 'about_seconds'>,
  elapsed: number,
): string {
  if (about === undefined) return `keeping ${service} awake for longer`;
  const left = Math.ceil(about - elapsed);
  if (left >= 1) return `waking ${service}, about ${left} s`;
  const usual = Math.max(1, Math.round(about));
  return `waking ${service}, for ${Math.round(elapsed)} s so far; it usually takes about ${usual} s`;
}
