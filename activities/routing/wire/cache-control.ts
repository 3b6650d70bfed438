import { list, objectIn, type Loose } from '../../../domain/routing/request/loose.ts';
import type { JsonObject } from './wire.ts';

/** A mark of Anthropic's that a prompt cache should keep everything up to here, as the AI SDK takes it. */
export interface CacheOption {
  providerOptions?: { anthropic: { cacheControl: CacheControl } };
}
// a type, which unlike an interface counts as JSON
export type CacheControl = { type: 'ephemeral'; ttl?: '5m' | '1h' };

/** The mark that an object of a request has in its field `cache_control`; nothing if it has none, or one of another form. */
export function cacheOption({ cache_control }: JsonObject): CacheOption {
  const { type, ttl } = objectIn(cache_control);
  if (type !== 'ephemeral') return {};
  const known: { ttl?: '5m' | '1h' } = ttl === '5m' || ttl === '1h' ? { ttl } : {};
  return { providerOptions: { anthropic: { cacheControl: { type, ...known } } } };
}

/**
 * Takes the marks out of a request for a target that refuses unknown fields. Changes `body`, and nothing inside it that the
 * caller still has. @returns whether there were any
 */
export function withoutCacheControl(body: JsonObject): boolean {
  let found = hasMark(body);
  delete body['cache_control'];
  for (const field of ['messages', 'tools'] as const) {
    if (!list(body[field]).some(isMarked)) continue;
    found = true;
    body[field] = list(body[field]).map(withoutMarks);
  }
  return found;
}

const hasMark = (holder: Loose): boolean => objectIn(holder)['cache_control'] !== undefined;
const isMarked = (holder: Loose): boolean =>
  hasMark(holder) || list(objectIn(holder)['content']).some(hasMark);

function withoutMarks(holder: Loose): Loose {
  if (!isMarked(holder)) return holder;
  const { cache_control: _, ...rest } = holder;
  if (!Array.isArray(rest['content'])) return rest;
  const parts = list(rest['content']).map(({ cache_control: __, ...part }) => part);
  const isText = parts.every(({ type }) => type === 'text');
  // the instructions became parts only for their marks, and some servers take no parts there
  return rest['role'] === 'system' && isText
    ? { ...rest, content: parts.map(({ text }) => text).join('\n\n') }
    : { ...rest, content: parts };
}
