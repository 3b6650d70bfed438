import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { intentAction, intentDomain, type Intent } from '../../contracts/intent.ts';
import type { Checked } from '../../domain/language/check-intent.ts';
import { isTalk } from '../../domain/language/has-effect.ts';

/** What a model is asked for. The reply is its last member: what goes before decides whether anybody may see it. */
export const modelAnswer = z.strictObject({
  domain: intentDomain,
  action: intentAction,
  targets: z.array(z.string().max(64)).max(10),
  host: z.string().max(64).nullish(),
  ttl_seconds: z.number().min(1).max(86_400).nullable(),
  reason: z.string().max(500).nullable(),
  reply: z.string().max(2000),
});
export type ModelAnswer = z.infer<typeof modelAnswer>;

/** The words of a model on their way to a person, while it still speaks. */
export interface ReplyGate {
  /** Takes as much of the answer as can be read, and says whether any of its words went out. */
  hear(soFar: unknown): boolean;
  /** What went out and what had been decided by then; null where nothing did, or what followed did not fit it. */
  passed(): { said: string; intent: Intent } | null;
  /** Is the whole answer the one whose beginning went out? */
  keeps(answer: ModelAnswer, intent: Intent): boolean;
}

/**
 * Lets a reply out as it grows, once all that goes before it is there, holds as it will be checked at the end, and is only
 * talk. The first thing that does not fit closes it for good.
 */
export function createReplyGate(
  check: (answer: ModelAnswer) => Checked,
  say: (delta: string) => void,
): ReplyGate {
  let closed = false;
  let said = '';
  let intent: Intent | null = null;
  const pass = (soFar: object): boolean => {
    const answer = Object.keys(soFar).at(-1) === 'reply' ? modelAnswer.safeParse(soFar) : null;
    if (answer?.success !== true) return false;
    const checked = check(answer.data);
    if (!checked.ok || !isTalk(checked.intent)) return false;
    intent ??= checked.intent;
    const reply = answer.data.reply.replace(halfCharacter, '');
    if (!reply.startsWith(said) || !isDeepStrictEqual(intent, checked.intent)) return false;
    if (reply.length > said.length) say(reply.slice(said.length));
    said = reply;
    return true;
  };
  return {
    hear(soFar) {
      const replies = typeof soFar === 'object' && soFar !== null && 'reply' in soFar;
      if (!closed && replies) closed = !pass(soFar);
      return said !== '';
    },
    passed: () => (closed || said === '' || intent === null ? null : { said, intent }),
    keeps: ({ reply }, whole) =>
      said === '' || (reply.startsWith(said) && isDeepStrictEqual(intent, whole)),
  };
}

/** The first of two units that make one character; the second is still to come. */
const halfCharacter = /[\uD800-\uDBFF]$/;
