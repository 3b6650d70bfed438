import type { Store } from '../../store/index.ts';
import type { StoreSource } from './store-source.ts';

type Method = (...args: unknown[]) => Promise<unknown>;

/** The same store, which tells whenever a call on it has come back: this process may have committed something. */
export function notifyOnWrite(source: StoreSource, onAnswer: () => void): StoreSource {
  let last: { of: Store; telling: Store } | null = null;
  const tell = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (target, name) => {
        const method = target[name as keyof Part] as Method;
        return (...args: unknown[]) => method(...args).finally(onAnswer);
      },
    });
  return () => {
    const of = source();
    if (last?.of === of) return last.telling;
    const telling: Store = {
      ...of,
      windows: tell(of.windows),
      leases: tell(of.leases),
      services: tell(of.services),
      events: tell(of.events),
      intents: tell(of.intents),
      plans: tell(of.plans),
      sessions: tell(of.sessions),
      actions: tell(of.actions),
      tokens: tell(of.tokens),
      idempotency: tell(of.idempotency),
      presence: tell(of.presence),
    };
    last = { of, telling };
    return telling;
  };
}
