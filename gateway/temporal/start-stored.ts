import { certainlyNotSent, TakenBack, WorkflowGone } from './not-taken.ts';

/** What becomes of a stored run whose workflow could not be started. */
export const neverStarted = {
  status: 'error',
  cause: 'temporal_unavailable',
  detail: 'Temporal could not be reached, so nothing was started.',
  exit_code: 2,
} as const;

/**
 * Starts the workflow of what is stored. One that has ended already is left alone. If nothing was sent, what this request
 * has stored is taken back, so that a retry is a new request.
 * @param takeBack null if an earlier request has stored it
 * @throws TakenBack; the error of a call that may have arrived
 */
export async function startStored(
  start: () => Promise<void>,
  takeBack: (() => Promise<unknown>) | null,
): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (error instanceof WorkflowGone) return;
    if (takeBack === null || !certainlyNotSent(error)) throw error;
    await takeBack();
    throw new TakenBack(error);
  }
}
