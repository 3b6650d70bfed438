import type { Check } from './suite.ts';

/**
 * The texts that no report of a check may contain: what it or another check of its run marks as secret, and what stands
 * before the `@` of its URL.
 */
export const secretsOf = (check: Check): string[] => [
  ...new Set([...ownSecretsOf(check), ...check.other_secrets]),
];

/** The secrets of one check alone, in every form in which a target may repeat them. */
export function ownSecretsOf({ headers, body, command, url }: Check): string[] {
  const marked = [...Object.values(headers), ...(body === null ? [] : [body]), ...(command ?? [])]
    .filter(({ secret }) => secret)
    .flatMap(({ text }) => formsOf(text));
  return [...marked, ...(url === null ? [] : loginSecrets(url))].filter((text) => text !== '');
}

/** As written, in a URL, in JSON, and without the name of its scheme, such as `Bearer`. */
function formsOf(text: string): string[] {
  const bare = /^(?:Basic|Bearer|Token)\s+(\S+)$/i.exec(text)?.[1];
  return [text, ...(bare === undefined ? [] : [bare])].flatMap((one) => [
    one,
    encodeURIComponent(one),
    JSON.stringify(one).slice(1, -1),
  ]);
}

/** The user and the password of a URL, decoded; null if it has none. A token may stand alone, as the user. */
export function loginIn(url: string): { user: string; password: string } | null {
  const written = /^[a-z]+:\/\/([^/?#@]*)@/.exec(url)?.[1];
  if (written === undefined) return null;
  const [user = '', ...password] = written.split(':');
  return { user: decoded(user), password: decoded(password.join(':')) };
}

/** The value of an `Authorization` header with this user and password. */
export const basicLogin = ({ user, password }: { user: string; password: string }): string =>
  `Basic ${base64(`${user}:${password}`)}`;

const base64 = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function loginSecrets(url: string): string[] {
  const login = loginIn(url);
  if (login === null) return [];
  const secret = login.password === '' ? login.user : login.password;
  const sent = base64(`${login.user}:${login.password}`);
  return [secret, encodeURIComponent(secret), sent];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text in which every secret is `***`, and what stands before the `@` of any URL. */
export const masked = (text: string, secrets: readonly string[] = []): string =>
  secrets
    .toSorted((one, other) => other.length - one.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
    .replace(/(:\/\/)[^\s/?#@]+@/g, '$1***@');
