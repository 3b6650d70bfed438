import type { DeclaredNotify } from '../../contracts/notice-channel.ts';
import { digestOf } from '../../domain/notices/digest.ts';
import { nextStep } from '../../domain/notices/next-try.ts';
import type { KeptMessage } from '../../store/notices/messages.ts';
import type { NoticeDeps } from './deps.ts';

/** Tries a message once, and notes what became of it. A crash in between repeats the try under the same id. */
export async function sendMessage(
  deps: NoticeDeps,
  { channels }: DeclaredNotify,
  message: KeptMessage,
): Promise<void> {
  const { store, clock, deliver, random, metrics } = deps;
  const { id, channel, attempts, created_at, notices } = message;
  const now = clock();
  const live = notices.filter(
    ({ valid_until }) => valid_until === null || Date.parse(valid_until) > now,
  );
  const end = (status: 'expired' | 'dead', error: string): Promise<void> =>
    store.messages.mark(id, { status, at: clock(), error, attempts });
  if (live.length === 0) return end('expired', 'its time had passed before it could be sent');
  const source = channels.find(({ name }) => name === channel)?.source ?? null;
  if (source === null) {
    metrics.tried(channel, 'dead');
    return end('dead', `x-vx11.notify has no channel ${channel} without mistakes any more`);
  }
  // the same notices in each try, so that the same id never has two contents
  const outcome = await deliver(source, digestOf(id, notices));
  const at = clock();
  const next = nextStep(outcome, { attempts, ageMs: at - created_at, now: at, random: random() });
  if (next.step === 'retry') {
    metrics.tried(channel, 'retried');
    const failed = attempts + (next.counts ? 1 : 0);
    const { at: next_at, reason: error } = next;
    return store.messages.mark(id, { status: 'waiting', next_at, error, attempts: failed });
  }
  metrics.tried(channel, next.step);
  const error = next.step === 'dead' ? next.reason : null;
  return store.messages.mark(id, { status: next.step, at, error, attempts: attempts + 1 });
}
