import type { Capability, FailureKind, RoutingBlock } from '../../../contracts/routing.ts';
import {
  breakerAfter,
  breakerBlock,
  closedBreaker,
  probeStarted,
  providerBlock,
  shareOf,
  type Breaker,
} from '../../../domain/routing/failure/breaker.ts';
import {
  blockOf,
  cooldownAfter,
  scopeOf,
  whenSent,
  type Cooldown,
  type CooldownScope,
} from '../../../domain/routing/failure/cooldown.ts';
import type { CatalogModel } from '../catalog/catalog.ts';
import {
  breakerScope,
  contextScope,
  keyModelScope,
  keyScope,
  lackScope,
  modelScope,
} from './scopes.ts';

/** Where a try went. */
export interface Sent {
  model: CatalogModel;
  key: string | null;
}

export interface FailedTry extends Sent {
  kind: FailureKind;
  reported_ms: number | null;
  account_wide: boolean;
  lacks: Capability | null;
  /** The context that an overflow names, in tokens. */
  context: number | null;
}

/** A scope whose record changed since it was last stored; null if it has none any more. */
export interface LimitChange {
  scope: string;
  provider: string;
  record: Stored | null;
  /** Set where what may be used has changed. */
  turned: 'out' | 'back' | null;
  reason: string | null;
  until_ms: number | null;
}

/** A key by its variable, and a digest of its value: another value is another key. Never the value itself. */
interface KeyMark {
  env: string;
  digest: string;
}
type Stored =
  { cooldown: Cooldown; key?: KeyMark | undefined } | { breaker: Breaker } | { context: number };

/** What the cooldowns and breakers say of one target. */
export interface LimitView {
  block: RoutingBlock | null;
  share: number;
  keys: { id: string; block: RoutingBlock | null }[];
  lacks: Capability[];
  /** The tokens that it really takes, as an overflow named them; null: as the catalog says. */
  context: number | null;
}

/** Cooldowns and breakers of all keys and targets, as absolute times. */
export interface Limits {
  view(model: CatalogModel, keys: readonly string[], now: number): LimitView;
  keyBlock(provider: string, key: string, now: number): RoutingBlock | null;
  /** A request goes out: where something is probed, it is the probe. */
  sent(sent: Sent, now: number): void;
  succeeded(sent: Sent, now: number): void;
  failed(failed: FailedTry, now: number): void;
  /** Forgets everything of a provider. @returns how much there was */
  reset(provider: string): number;
  /** Providers were asked again: models that were unknown may be known now, and a new catalog may know other contexts. */
  catalogRefreshed(isNew: boolean): void;
  load(rows: readonly { scope: string; provider: string; record: string }[]): void;
  /** The changes since the last call. */
  drain(): LimitChange[];
}

const capabilities: readonly Capability[] = ['tools', 'vision', 'json', 'audio', 'reasoning'];
/** Failures that say that a target does not work. */
const breaking: ReadonlySet<FailureKind> = new Set(['failed', 'cut']);
const ofKey: ReadonlySet<CooldownScope | null> = new Set(['key', 'key_model']);

/**
 * @param random for the spread of waits
 * @param digestOf a digest of the key in a variable, from which nobody can tell the key; null if it is not set
 */
export function createLimits(
  random: () => number,
  digestOf: (env: string) => string | null,
): Limits {
  const cooldowns = new Map<string, Cooldown>();
  const marks = new Map<string, KeyMark>();
  const contexts = new Map<string, number>();
  const breakers = new Map<string, Breaker>();
  const providers = new Map<string, string>();
  const changed = new Map<string, LimitChange>();

  const note = (
    scope: string,
    provider: string,
    change: Pick<LimitChange, 'turned' | 'reason' | 'until_ms'>,
  ): void => {
    const cooldown = cooldowns.get(scope);
    const breaker = breakers.get(scope);
    const context = contexts.get(scope);
    const record =
      cooldown !== undefined
        ? { cooldown, key: marks.get(scope) }
        : breaker !== undefined
          ? { breaker }
          : context !== undefined
            ? { context }
            : null;
    if (record === null) providers.delete(scope);
    else providers.set(scope, provider);
    const before = changed.get(scope);
    const turned = change.turned ?? before?.turned ?? null;
    changed.set(scope, {
      ...change,
      scope,
      provider,
      record,
      turned,
      reason: change.reason ?? before?.reason ?? null,
    });
  };
  const quiet = { turned: null, reason: null, until_ms: null };

  const cool = (
    scope: string,
    provider: string,
    { kind, reported_ms, key }: FailedTry,
    now: number,
  ): void => {
    const before = cooldowns.get(scope) ?? null;
    const after = cooldownAfter(before, kind, reported_ms, now, random);
    if (after === null) return;
    cooldowns.set(scope, after);
    const digest = key === null || !ofKey.has(scopeOf(kind, false)) ? null : digestOf(key);
    if (digest !== null) marks.set(scope, { env: key!, digest });
    const isNew = before?.kind !== kind;
    note(scope, provider, { turned: isNew ? 'out' : null, reason: kind, until_ms: after.until_ms });
  };
  const warm = (scope: string, provider: string): void => {
    if (!cooldowns.delete(scope)) return;
    marks.delete(scope);
    note(scope, provider, { turned: 'back', reason: null, until_ms: null });
  };
  const judge = ({ model }: Sent, ok: boolean, now: number): void => {
    const scope = breakerScope(model);
    const before = breakers.get(scope) ?? closedBreaker;
    if (ok && breakers.get(scope) === undefined) return;
    const after = breakerAfter(before, ok, now);
    if (after.phase === 'closed' && after.in_row === 0 && after.recent.every((one) => one.ok))
      breakers.delete(scope);
    else breakers.set(scope, after);
    const opens = after.phase === 'open' && before.phase !== 'open';
    const closes = after.phase === 'closed' && before.phase !== 'closed';
    note(scope, model.provider, {
      turned: opens ? 'out' : closes ? 'back' : null,
      reason: opens ? 'breaker_open' : null,
      until_ms: opens ? after.open_until_ms : null,
    });
  };

  const ofProvider = (provider: string): Breaker[] =>
    [...breakers]
      .filter(([scope]) => providers.get(scope) === provider)
      .map(([, breaker]) => breaker);

  return {
    view(model, keys, now) {
      const { provider } = model;
      const breaker = breakers.get(breakerScope(model));
      const own = breaker === undefined ? null : breakerBlock(breaker, now);
      const all = breakers.size === 0 ? null : providerBlock(ofProvider(provider), now);
      const blockOfKey = (id: string | null): RoutingBlock | null =>
        blockOf(cooldowns.get(keyScope(provider, id)) ?? null, now) ??
        blockOf(cooldowns.get(keyModelScope(model, id)) ?? null, now);
      const ofModel = blockOf(cooldowns.get(modelScope(model)) ?? null, now) ?? own ?? all;
      return {
        // what needs no key is limited as a whole
        block: ofModel ?? (keys.length === 0 ? blockOfKey(null) : null),
        share: breaker === undefined ? 1 : shareOf(breaker),
        keys: keys.map((id) => ({ id, block: blockOfKey(id) })),
        lacks: capabilities.filter(
          (one) => blockOf(cooldowns.get(lackScope(model, one)) ?? null, now) !== null,
        ),
        context: contexts.get(contextScope(model)) ?? null,
      };
    },
    keyBlock: (provider, key, now) => blockOf(cooldowns.get(keyScope(provider, key)) ?? null, now),
    sent({ model, key }, now) {
      for (const scope of [
        keyScope(model.provider, key),
        keyModelScope(model, key),
        modelScope(model),
      ]) {
        const cooldown = cooldowns.get(scope);
        if (cooldown?.probes !== true || blockOf(cooldown, now) !== null) continue;
        cooldowns.set(scope, whenSent(cooldown, now));
        note(scope, model.provider, quiet);
      }
      const breaker = breakers.get(breakerScope(model));
      if (breaker === undefined) return;
      const probing = probeStarted(breaker, now);
      if (probing === breaker) return;
      breakers.set(breakerScope(model), probing);
      note(breakerScope(model), model.provider, quiet);
    },
    succeeded(sent, now) {
      const { model, key } = sent;
      for (const scope of [
        keyScope(model.provider, key),
        keyModelScope(model, key),
        modelScope(model),
      ])
        warm(scope, model.provider);
      judge(sent, true, now);
    },
    failed(failed, now) {
      const { model, key, kind } = failed;
      const { provider } = model;
      if (breaking.has(kind)) judge(failed, false, now);
      if (failed.context !== null && failed.context < (model.target.context ?? Infinity)) {
        contexts.set(contextScope(model), failed.context);
        note(contextScope(model), provider, quiet);
      }
      switch (scopeOf(kind, failed.account_wide)) {
        case 'key':
          cool(keyScope(provider, key), provider, failed, now);
          break;
        case 'key_model':
          cool(keyModelScope(model, key), provider, failed, now);
          break;
        case 'model':
          cool(modelScope(model), provider, failed, now);
          break;
        case 'capability':
          if (failed.lacks !== null) cool(lackScope(model, failed.lacks), provider, failed, now);
          break;
        case null:
          break;
      }
    },
    reset(provider) {
      const scopes = [...providers].filter(([, of]) => of === provider).map(([scope]) => scope);
      for (const scope of scopes) {
        cooldowns.delete(scope);
        marks.delete(scope);
        breakers.delete(scope);
        contexts.delete(scope);
        note(scope, provider, { turned: 'back', reason: 'reset', until_ms: null });
      }
      return scopes.length;
    },
    catalogRefreshed(isNew) {
      for (const [scope, { kind }] of cooldowns)
        if (kind === 'no_such_model') warm(scope, providers.get(scope)!);
      for (const scope of isNew ? [...contexts.keys()] : []) {
        contexts.delete(scope);
        note(scope, providers.get(scope)!, quiet);
      }
    },
    load(rows) {
      for (const { scope, provider, record } of rows) {
        const stored = JSON.parse(record) as Stored;
        if ('breaker' in stored) breakers.set(scope, stored.breaker);
        else if ('context' in stored) contexts.set(scope, stored.context);
        else {
          cooldowns.set(scope, stored.cooldown);
          if (stored.key !== undefined) marks.set(scope, stored.key);
        }
        providers.set(scope, provider);
        const mark = marks.get(scope);
        if (mark !== undefined && mark.digest !== digestOf(mark.env)) warm(scope, provider);
      }
    },
    drain() {
      const changes = [...changed.values()];
      changed.clear();
      return changes;
    },
  };
}
