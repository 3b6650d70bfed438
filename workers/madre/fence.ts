import { ApplicationFailure } from '@temporalio/activity';
import { VX11Error } from '../../contracts/errors.ts';
import type { HostLease } from './host-lease.ts';

const anotherHasIt = 'another process looks after this host now';

const refusals = {
  /** The process that has the host runs the retry. */
  activity: () => ApplicationFailure.retryable(anotherHasIt),
  call: () => new VX11Error('madre_unavailable', `${anotherHasIt}; try again shortly.`),
};

/** Wraps activities, or calls over HTTP, so that they fail while another process has the host. */
export function fenced<Calls extends object>(
  calls: Calls,
  lease: Pick<HostLease, 'isHeld'>,
  kind: keyof typeof refusals,
): Calls {
  const wrapped = Object.entries(calls).map(([name, run]) => {
    const call = async (...input: unknown[]): Promise<unknown> => {
      if (await lease.isHeld()) return (run as (...input: unknown[]) => unknown)(...input);
      throw refusals[kind]();
    };
    return [name, call];
  });
  return Object.fromEntries(wrapped) as Calls;
}

/** Wraps a round so that it does nothing while another process has the host. */
export const fencedRound =
  (lease: Pick<HostLease, 'isHeld'>, work: () => Promise<void>) => async (): Promise<void> => {
    if (await lease.isHeld()) await work();
  };
