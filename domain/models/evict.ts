import type { ModelFile, ModelHeader } from '../../contracts/model-files.ts';
import type { ModelView } from '../../contracts/models.ts';

/** How many models a host keeps, and how large they are together, in bytes. */
export interface ModelCaps {
  models: number;
  bytes: number;
}

const halfLifeMs = 7 * 24 * 3_600_000;

/** What is left of a model's uses. @param now in epoch ms */
export function scoreNow({ use_score, last_used_at }: ModelView, now: number): number {
  if (last_used_at === null) return 0;
  return use_score * 0.5 ** (Math.max(0, now - Date.parse(last_used_at)) / halfLifeMs);
}

/** The bytes of all these files; the same bytes under two names count once. */
export const bytesOf = (files: readonly Pick<ModelFile, 'sha256' | 'size_bytes'>[]): number =>
  [...new Map(files.map(({ sha256, size_bytes }) => [sha256, size_bytes])).values()].reduce(
    (sum, bytes) => sum + bytes,
    0,
  );

export type Eviction = { ok: true; victims: ModelView[] } | { ok: false; because: string };

/**
 * Which models leave so that a new one stays within the caps: the least used first, then those that were used longest ago,
 * then the largest. Those of Ollama do not count, since Ollama keeps them.
 * @param held ids that must stay, beside those that are pinned or in use
 * @param now in epoch ms
 */
export function toEvict(
  models: readonly ModelView[],
  files: readonly ModelFile[],
  { caps, held, now }: { caps: ModelCaps; held: ReadonlySet<string>; now: number },
): Eviction {
  const counted = models.filter(
    ({ source, status }) => source !== 'ollama' && (status === 'ready' || status === 'quarantined'),
  );
  let kept = counted;
  const isOver = (): boolean =>
    kept.length + 1 > caps.models ||
    bytesOf([...files, ...kept.flatMap((one) => one.files)]) > caps.bytes;
  const order = counted
    .filter((one) => holding(one, held, now) === null)
    .toSorted(
      (a, b) =>
        scoreNow(a, now) - scoreNow(b, now) || usedAt(a) - usedAt(b) || b.size_bytes - a.size_bytes,
    );
  const victims: ModelView[] = [];
  for (const victim of order) {
    if (!isOver()) break;
    victims.push(victim);
    kept = kept.filter((one) => one !== victim);
  }
  if (!isOver()) return { ok: true, victims };
  const holders = kept.map((one) => `${one.name} (${holding(one, held, now)})`);
  const what = holders.length === 0 ? 'it is larger than all of it' : holders.join(', ');
  return {
    ok: false,
    because: `${caps.models} models and ${caps.bytes} bytes are allowed, and these stay: ${what}`,
  };
}

/** Why a model may not leave; null if it may. */
export function holding(
  { model_id, pinned, busy_until }: ModelView,
  held: ReadonlySet<string>,
  now: number,
): string | null {
  if (pinned) return 'pinned';
  if (busy_until !== null && Date.parse(busy_until) > now) return 'loaded';
  return held.has(model_id) ? 'being pulled' : null;
}

const usedAt = ({ last_used_at, created_at }: ModelView): number =>
  Date.parse(last_used_at ?? created_at);

/** A model as it is registered. @param at in epoch ms */
export const newModel = (
  about: Pick<
    ModelView,
    'model_id' | 'host' | 'source' | 'name' | 'commit' | 'license' | 'files' | 'pinned'
  >,
  header: ModelHeader | null,
  at: number,
): ModelView => ({
  ...about,
  size_bytes: bytesOf(about.files),
  format: header?.format ?? null,
  architecture: header?.architecture ?? null,
  context_length: header?.context_length ?? null,
  status: 'ready',
  reason: null,
  use_score: 0,
  last_used_at: null,
  busy_until: null,
  created_at: new Date(at).toISOString(),
});
