import { VX11Error } from '../../contracts/errors.ts';

const maxDepth = 64;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const bad = (detail: string, cause?: unknown): VX11Error =>
  new VX11Error('bad_json', detail, { cause });

/**
 * Parses JSON that every parser reads alike (RFC 7493): valid UTF-8 without a BOM, no duplicate key in an object, no key
 * that changes prototypes, at most 64 levels deep.
 * Throws `bad_json`.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (error) {
    throw bad('The body is not valid UTF-8.', error);
  }
  if (text.startsWith('\uFEFF')) throw bad('The body starts with a byte order mark.');
  if (text.trim() === '') throw bad('The body is empty.');
  refuseAmbiguity(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bad('The body is not valid JSON.', error);
  }
}

/** Scans strings and brackets in one pass; JSON.parse checks the rest. */
function refuseAmbiguity(text: string): void {
  // keys seen in each open object; null for an array
  const open: (Set<string> | null)[] = [];
  let lastString: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      lastString = text.slice(at, end + 1);
      at = end;
    } else if (char === '{' || char === '[') {
      if (open.push(char === '{' ? new Set() : null) > maxDepth) {
        throw bad(`The body is nested deeper than ${maxDepth} levels.`);
      }
    } else if (char === '}' || char === ']') {
      open.pop();
    } else if (char === ':' && lastString !== null) {
      takeKey(open.at(-1), lastString);
      lastString = null;
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  throw bad('The body is not valid JSON.');
}

function takeKey(keys: Set<string> | null | undefined, quoted: string): void {
  let key: string;
  try {
    key = JSON.parse(quoted) as string; // an escaped key is the same key
  } catch (error) {
    throw bad('The body is not valid JSON.', error);
  }
  if (forbiddenKeys.has(key)) throw bad(`The body has the key ${JSON.stringify(key)}.`);
  if (keys?.has(key)) throw bad(`The body has the key ${JSON.stringify(key)} twice.`);
  keys?.add(key);
}
