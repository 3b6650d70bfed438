import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { VX11Error } from '../../../contracts/errors.ts';
import { colonyId } from '../../../contracts/inee.ts';
import { canonicalText, isFresh, nonceMs } from '../../../domain/incidents/inee/envelope.ts';
import { unknownColony } from './colonies.ts';
import type { IneeContext } from './context.ts';
import { readKeyFile } from './key-file.ts';

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** The headers of an envelope. */
export const envelopeHeaders = z.looseObject({
  'x-vx11-colony': colonyId,
  'x-vx11-key-id': z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/)
    .meta({ description: 'Which key of the colony signs' }),
  'x-vx11-timestamp': z
    .string()
    .regex(/^[1-9]\d{0,11}$/)
    .meta({ description: 'Seconds since 1970; at most 300 s from our clock' }),
  'x-vx11-nonce': hex(32).meta({ description: '16 random bytes, new for each envelope' }),
  'x-vx11-signature': hex(64).meta({
    description:
      'HMAC-SHA256, by the key, of the lines v1, colony, key id, timestamp, nonce, SHA-256 of the body; without a line break at the end',
  }),
});

/** Stands in for a key that does not exist, so that its absence takes as long as a wrong signature. */
const noKey = Buffer.alloc(32);

/**
 * Verifies an envelope by its headers and the bytes of its body, and claims its nonce. Throws `envelope_refused`, one answer for
 * every cause, which only the log names; `envelopes_off`; for an envelope that is genuine, `too_many_requests` and
 * `colony_not_found`.
 * @returns the colony
 */
export async function openEnvelope(
  { inee, clock, store, limits, logger }: IneeContext,
  request: { id: string; ip: string; headers: Record<string, unknown>; body: Buffer },
): Promise<string> {
  const { keys, problem } = await readKeyFile(inee.keysFile);
  if (problem !== null) {
    logger.error({ problem, correlation_id: request.id }, 'the keys of colonies cannot be used');
    throw new VX11Error('envelopes_off', 'The file of keys cannot be used; the log says why.');
  }
  const refuse = async (cause: string): Promise<never> => {
    logger.warn({ cause, correlation_id: request.id }, 'an envelope was refused');
    const detail = 'Its headers, signature, time or nonce are not right; the log says which.';
    return limits.refusal(request.ip, new VX11Error('envelope_refused', detail));
  };
  const sent = envelopeHeaders.safeParse(request.headers);
  if (!sent.success) return refuse('its headers are missing or malformed');
  const {
    'x-vx11-colony': colony,
    'x-vx11-key-id': key_id,
    'x-vx11-timestamp': timestamp,
    'x-vx11-nonce': nonce,
    'x-vx11-signature': signature,
  } = sent.data;
  const key = keys.find((one) => one.colony_id === colony && one.key_id === key_id);
  const text = canonicalText({ colony, key_id, timestamp, nonce }, hash('sha256', request.body));
  const expected = createHmac('sha256', key?.secret ?? noKey)
    .update(text)
    .digest();
  const isSigned = timingSafeEqual(expected, Buffer.from(signature, 'hex'));
  if (key === undefined) return refuse(`${colony} has no key ${key_id}`);
  if (!isSigned) return refuse(`the signature does not fit the key ${key_id} of ${colony}`);
  const now = clock();
  if (!isFresh(timestamp, now)) return refuse('it was signed more than 300 s from now');
  const claimed = await store().inee.claimNonce(colony, nonce, now, now - nonceMs);
  if (!claimed) return refuse(`${colony} has sent this nonce before`);
  await limits.token(`${colony}@inee`, false);
  if ((await store().inee.find(colony)) === null) throw unknownColony(colony);
  return colony;
}
