import { createDeliver } from '../../../activities/notices/deliver.ts';
import type { NoticeDeps } from '../../../activities/notices/deps.ts';
import { createNoticeRound } from '../../../activities/notices/round.ts';
import type { EventType, NewEvent } from '../../../contracts/event.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { readNotify } from '../../../domain/notices/read-notify.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { sqliteBackend } from '../../store/backend.ts';
import { startReceiver, type Receiver } from './receiver.ts';

export const host = 'host-a';
/** The key of the webhook, in the form of Standard Webhooks. */
export const webhookSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** A sender over a store of its own, and a clock that only the test moves. */
export interface TestSender {
  store: Store;
  /** Epoch ms. */
  now: number;
  notify: unknown;
  deps(change?: Partial<NoticeDeps>): NoticeDeps;
  /** Makes one round. @param seconds how far the clock moves first */
  round(seconds?: number): Promise<void>;
  append(type: EventType, change?: Partial<NewEvent>): Promise<void>;
  end(): Promise<void>;
}

export async function testSender(notify: unknown): Promise<TestSender> {
  const backend = await sqliteBackend();
  const store = await openStore(backend.url);
  const clock = (): number => sender.now;
  const secret = async (): Promise<string> => webhookSecret;
  const sender: TestSender = {
    store,
    now: noon,
    notify,
    deps: (change = {}) => ({
      host,
      store,
      clock,
      declared: async () => readNotify(sender.notify),
      deliver: createDeliver({ host, allowed: ['127.0.0.1'], secret, clock }),
      ownsPlans: true,
      random: () => 0,
      metrics: { tried: () => undefined },
      ...change,
    }),
    async round(seconds = 0) {
      sender.now += seconds * 1000;
      await createNoticeRound(sender.deps())();
    },
    append: (type, change = {}) =>
      store.events.append([{ type, at: sender.now, actor: 'test', host, ...change }]),
    async end() {
      await store.close();
      await backend.stop();
    },
  };
  // the first round begins at the newest event
  await sender.round();
  return sender;
}

/** A sender with a webhook channel, and what its receiver has got. */
export async function sendingPair(): Promise<{
  sender: TestSender;
  receiver: Receiver;
  received: () => Notice[];
  end: () => Promise<void>;
}> {
  const receiver = await startReceiver();
  const sender = await testSender({
    channels: [webhook(receiver.url)],
    pace: '60s',
    group: '30s',
  });
  return {
    sender,
    receiver,
    received: () => receiver.got.flatMap(({ body }) => body.data.notices as Notice[]),
    async end() {
      receiver.close();
      await sender.end();
    },
  };
}

/** A webhook channel of a receiver. */
export const webhook = (url: string, more: object = {}) => ({
  name: 'hook',
  type: 'webhook',
  url,
  secret: { env: 'VX11_NOTIFY_HOOK' },
  ...more,
});
