const names =
  /passw(or)?d|passphrase|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|encryption[_-]?key|(^|[_.-])(key|pwd|pass|pin|salt|jwt|dsn)$/i;
/** Names that only speak of a secret: where it is, how long it lives. */
const about =
  /[_.-](file|path|dir|ttl|timeout|expir\w*|length|size|count|limit|max|min|enabled|required|type|algorithm|alg|name|id|header|url|uri|host|port|prefix)$/i;

/** Whether the value of a variable with this name is a secret. */
export const isSecretName = (name: string): boolean => names.test(name) && !about.test(name);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const leastLength = 20;
/** In bits for each character: words of a language have some 3, random letters and digits more than 4. */
const leastEntropy = 3.6;

/** Whether a value looks random, as a key does. */
export function looksSecret(value: string): boolean {
  if (value.length < leastLength || !/^[A-Za-z0-9+/_=-]+$/.test(value) || uuid.test(value))
    return false;
  // a path or a name of words
  if (value.split(/[/_=-]/).every((part) => part.length < 12)) return false;
  return /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= leastEntropy;
}

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
}
