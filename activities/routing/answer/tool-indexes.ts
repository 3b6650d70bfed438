import type { JsonObject } from '../wire/wire.ts';

interface Call {
  id: string | null;
  upstream: unknown;
}

/**
 * Gives the parts of streamed tool calls right and stable indexes. Some providers leave them out, give every call the index
 * 0, or give one call several: then its id decides, and a part without either belongs to the call before it.
 */
export function createToolIndexes(): (delta: JsonObject) => JsonObject {
  const calls: Call[] = [];
  const placeOf = (part: JsonObject): number => {
    const id = typeof part['id'] === 'string' && part['id'] !== '' ? part['id'] : null;
    const upstream = part['index'];
    if (id !== null) {
      const known = calls.findIndex((call) => call.id === id);
      if (known >= 0) return known;
      const unnamed = calls.findIndex((call) => call.id === null && call.upstream === upstream);
      if (unnamed >= 0 && upstream !== undefined) {
        calls[unnamed]!.id = id;
        return unnamed;
      }
      return calls.push({ id, upstream }) - 1;
    }
    const same =
      upstream === undefined ? -1 : calls.findLastIndex((call) => call.upstream === upstream);
    if (same >= 0) return same;
    if (calls.length > 0 && upstream === undefined) return calls.length - 1;
    return calls.push({ id: null, upstream }) - 1;
  };
  return (delta) => {
    const parts = delta['tool_calls'];
    if (!Array.isArray(parts)) return delta;
    const tool_calls = (parts as JsonObject[]).map((part) => ({ ...part, index: placeOf(part) }));
    return { ...delta, tool_calls };
  };
}
