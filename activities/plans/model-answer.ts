import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { intentAction, intentDomain, type Intent } from '../../contracts/intent.ts';
import type { Checked } from '../../domain/language/check-intent.ts';
import { isTalk } from '../../domain/language/has-effect.ts';

/** The answer that a model must give. The reply is its last member: the earlier ones decide if it may be shown. */
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

/** Passes the model's reply on to a person while it is still streaming. */
export interface ReplyGate {
  /** Takes the answer as far as it can be parsed. @returns whether any text was passed on */
  onPartial(soFar: unknown): boolean;
  /** The text passed on and its intent; null if nothing was passed on, or if what followed contradicted it. */
  passed(): { said: string; intent: Intent } | null;
  /** Returns whether the whole answer agrees with what was passed on. */
  keeps(answer: ModelAnswer, intent: Intent): boolean;
}

/**
 * Passes a reply on as it grows, once all earlier members are complete, pass the same check as the final answer, and are
 * only talk. The first contradiction closes the gate for good.
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
    onPartial(soFar) {
      const replies = typeof soFar === 'object' && soFar !== null && 'reply' in soFar;
      if (!closed && replies) closed = !pass(soFar);
      return said !== '';
    },
    passed: () => (closed || said === '' || intent === null ? null : { said, intent }),
    keeps: ({ reply }, whole) =>
      said === '' || (reply.startsWith(said) && isDeepStrictEqual(intent, whole)),
  };
}

/** A high surrogate at the end: its second half is still to come. */
const halfCharacter = /[\uD800-\uDBFF]$/;
