import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';

/** Why work for models failed: the cause that hermes or madre named, or that hermes was away. */
export function failureOf(error: unknown, host: string): { cause: string; detail: string } {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    const detail =
      `hermes on ${host} did not answer in time. Open its window again, then repeat this: ` +
      'it goes on from where it was.';
    return { cause: 'hermes_unavailable', detail };
  }
  const word = cause instanceof ApplicationFailure ? cause.type : null;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return {
    cause: word !== null && word !== undefined && /^[a-z_]+$/.test(word) ? word : 'interrupted',
    detail: detail.slice(0, 500),
  };
}
