import type { DeclaredNotify } from '../../contracts/notice-channel.ts';
import { newId } from '../../contracts/ids.ts';
import { isReady } from '../../domain/notices/grouping.ts';
import { createBoundedRound, throwFailures } from '../../platform/concurrency/bounded-round.ts';
import type { KeptMessage } from '../../store/notices/messages.ts';
import { collectDeadlines, collectEvents, collectRepeats } from './collect.ts';
import type { NoticeDeps } from './deps.ts';
import { sendMessage } from './send.ts';

/** More than one try may take, so that a hanging channel holds up no other one for longer. */
const bounds = { atOnce: 4, ms: 6000 };

/** How often open incidents are looked through for those that people are to be reminded of. */
const repeatsMs = 60_000;

/**
 * Notifies people of what has happened on this host: turns events and deadlines into notices, notices into messages, and sends
 * those that are due, one at a time for each channel. Everything between two steps is in the store.
 */
export function createNoticeRound(deps: NoticeDeps): () => Promise<void> {
  const { store, host, clock } = deps;
  const round = createBoundedRound<KeptMessage>(bounds, ({ channel }) => channel);
  let repeatsAt = -Infinity;
  return async () => {
    const notify = await deps.declared();
    await collectEvents(deps, notify);
    await collectDeadlines(deps, notify);
    if (clock() - repeatsAt >= repeatsMs) {
      await collectRepeats(deps, notify);
      repeatsAt = clock();
    }
    await group(deps, notify);
    const due = await store.messages.due(host, clock());
    throwFailures(await round(due, (message) => sendMessage(deps, notify, message)));
  };
}

async function group({ store, host, clock }: NoticeDeps, notify: DeclaredNotify): Promise<void> {
  const now = clock();
  const pending = await store.outbox.pending(host, now);
  if (pending.length === 0) return;
  const times = { group_ms: notify.group_seconds * 1000, pace_ms: notify.pace_seconds * 1000 };
  const [newest, counts] = await Promise.all([
    store.messages.newest(host, now - times.pace_ms),
    store.messages.counts(),
  ]);
  for (const one of pending) {
    const { channel } = one;
    const ours = counts.find((count) => count.host === host && count.channel === channel);
    const state = { last_at: newest.get(channel) ?? null, failing: ours?.failing ?? false };
    if (isReady(one, state, times, now))
      await store.outbox.bundle(host, channel, now, () => newId('notice'));
  }
}
