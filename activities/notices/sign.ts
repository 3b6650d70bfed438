import { createHmac } from 'node:crypto';

const prefix = 'whsec_';
const leastBytes = 24;

/** The key of a secret in the form of Standard Webhooks, `whsec_<base64>`. Throws an error that says what is wrong. */
export function keyOf(secret: string): Buffer {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : '';
  const key = Buffer.from(text, 'base64');
  if (key.length < leastBytes)
    throw new Error(`the secret of a webhook is whsec_ and at least ${leastBytes} bytes in base64`);
  return key;
}

/**
 * The headers of a signed request (Standard Webhooks 1.0).
 * @param id the same in every try: the receiver knows by it what it already has
 * @param secrets while a receiver changes from one to another, both
 * @param seconds when it is sent, in epoch seconds
 */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  seconds: number,
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`);
    return `v1,${mac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}
