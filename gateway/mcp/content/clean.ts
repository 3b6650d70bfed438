import { cleanLine, cleanText } from '../../../platform/clean-text.ts';
import type { GatewayConfig } from '../../config.ts';

/** A token of VX11, or something that looks like one, also if its end was cut off. */
const tokenForm = /vx11_[0-9a-f]{16}_[A-Za-z0-9_-]{6,43}/g;
const hidden = '[a secret of VX11 was removed]';

/** Fields that keep their lines. */
const long = /^untrusted_(text|code|message)$/;

/** Removes VX11's own secrets from a text that leaves. */
export type HideSecrets = (text: string) => string;

/** @param secrets of VX11, besides everything that has the form of a token */
export function createHideSecrets({
  adminToken,
  secrets,
}: Pick<GatewayConfig, 'adminToken' | 'secrets'>): HideSecrets {
  // the longest first: one may be a part of another
  const known = [...secrets, ...(adminToken === null ? [] : [adminToken])].toSorted(
    (a, b) => b.length - a.length,
  );
  return (text) => {
    const shown = text.includes('vx11_') ? text.replaceAll(tokenForm, hidden) : text;
    return known.reduce(
      (left, secret) => (left.includes(secret) ? left.replaceAll(secret, hidden) : left),
      shown,
    );
  };
}

/** JSON without escapes, of printable ASCII. */
const plainJson = /^[\x20-\x5b\x5d-\x7e]*$/;
/** A string that begins or ends with a space. */
const padded = /" | "/;

/** Cleans every string of a value: names and reasons on one line, output with its lines. */
export function cleanValue(value: unknown, hide: HideSecrets): unknown {
  // nearly everything is clean already, which its JSON shows at once
  const json = JSON.stringify(value);
  const isClean = plainJson.test(json) && !padded.test(json) && hide(json) === json;
  return isClean ? value : cleaned(value, hide, '');
}

function cleaned(value: unknown, hide: HideSecrets, key: string): unknown {
  if (typeof value === 'string') {
    return hide(long.test(key) ? cleanText(value).text : cleanLine(value));
  }
  if (Array.isArray(value)) return value.map((item) => cleaned(item, hide, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      hide(cleanLine(name)),
      cleaned(inner, hide, name),
    ]),
  );
}
