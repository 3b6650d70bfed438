import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NoticeDeps } from '../../../activities/notices/deps.ts';
import { createNoticeRound } from '../../../activities/notices/round.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { testSender, webhook, type TestSender } from './sender.ts';

const kills = 1000;
const eventsInAll = 400;

let receiver: Receiver;
let sender: TestSender;
beforeAll(async () => {
  receiver = await startReceiver();
  sender = await testSender({ channels: [webhook(receiver.url)], group: '2s', pace: '3s' });
});
afterAll(async () => {
  receiver?.close();
  await sender?.end();
});

class Killed extends Error {}

/** A deterministic sequence of numbers from 0 to 1. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Ends the sender before or after its nth call to the outside: it does nothing of what would have followed. */
function killedAt(deps: NoticeDeps, nth: number, after: boolean): NoticeDeps {
  let call = 0;
  let dead = false;
  const counted =
    <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      call += 1;
      const mine = call === nth;
      if (dead || (mine && !after)) {
        dead = true;
        throw new Killed();
      }
      const result = await work(...args);
      if (!mine) return result;
      dead = true;
      throw new Killed();
    };
  const { outbox, messages } = deps.store;
  return {
    ...deps,
    store: {
      ...deps.store,
      outbox: {
        ...outbox,
        collect: counted(outbox.collect),
        pending: counted(outbox.pending),
        bundle: counted(outbox.bundle),
      },
      messages: { ...messages, due: counted(messages.due), mark: counted(messages.mark) },
    },
    deliver: counted(deps.deliver),
  };
}

test('over 1,000 kills of the sender and a receiver that puts it off, no notice is lost and none is doubled', async () => {
  const random = sequence(17);
  let accepted = 0;
  receiver.answer = (reply) => {
    const dice = random();
    if (dice < 0.3) reply.writeHead(429, { 'retry-after': '2' }).end();
    else if (dice < 0.4) reply.writeHead(500).end();
    // it has the message, and its answer is lost
    else if (dice < 0.5) reply.destroy();
    else {
      accepted += 1;
      reply.writeHead(204).end();
    }
  };
  let killed = 0;
  let appended = 0;
  const deps = sender.deps({ random });
  while (killed < kills) {
    sender.now += 1000;
    if (appended < eventsInAll && random() < 0.5) {
      const window_id = `window-${String(appended).padStart(16, '0')}`;
      await sender.append('window.failed', { window_id, payload: { failures: [] } });
      appended += 1;
    }
    const nth = 1 + Math.floor(random() * 6);
    const deadly = killedAt(deps, nth, random() < 0.5);
    const died = await createNoticeRound(deadly)().then(
      () => false,
      (error: unknown) => {
        const cause = error instanceof Killed ? error : (error as Error).cause;
        if (!(cause instanceof Killed)) throw error;
        return true;
      },
    );
    killed += Number(died);
  }
  receiver.answer = (reply) => void reply.writeHead(204).end();
  for (let nth = 0; nth < 200; nth += 1) await sender.round(600);

  const { messages } = await sender.store.messages.list({ limit: 2000 });
  expect(messages.filter(({ status }) => status !== 'sent')).toEqual([]);
  expect(await sender.store.outbox.held()).toBe(0);
  // what a receiver keeps that knows a repeated message by its id
  const byId = Map.groupBy(receiver.got, ({ headers }) => String(headers['webhook-id']));
  for (const [id, tries] of byId)
    expect(new Set(tries.map(({ text }) => text)).size, `contents of ${id}`).toBe(1);
  const subjects = [...byId.values()].flatMap(([first]) =>
    (first!.body.data.notices as Notice[]).map(({ subject }) => subject),
  );
  expect(subjects.length).toBe(appended);
  expect(new Set(subjects).size).toBe(appended);
  expect(appended).toBeGreaterThan(300);
  expect(accepted).toBeGreaterThan(20);
  expect(receiver.got.length).toBeGreaterThan(byId.size);
}, 120_000);
