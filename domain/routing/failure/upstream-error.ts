import type { Capability, FailureKind } from '../../../contracts/routing.ts';

/** What a try saw when it failed. */
export interface UpstreamError {
  /** Null if there was no answer (connection, TLS, DNS, time-out), or for an error without one inside a stream. */
  status: number | null;
  /** The provider's own code or type, and its words. */
  code: string | null;
  message: string;
  retry_after_ms: number | null;
  /** Whether the caller already has a part of the answer. */
  content_sent: boolean;
}

const minute = 60_000;
/** A longer wait is one of a daily limit. */
const longestMinuteWait = 10 * minute;

const overflow =
  /context[ _-]?(?:length|window|size)|maximum (?:context|prompt|input)|(?:prompt|input|request|messages?) (?:is |are |was )?too (?:long|large)|too many (?:input |prompt )?tokens|exceed\w* .{0,40}\bcontext\b|exceed\w* .{0,60}\btokens?\b|tokens? .{0,40}exceed|reduce (?:the |your )?(?:length|prompt|input)|larger than .{0,30}\bcontext\b|longest? input|n_ctx/i;
const perTime = /per (?:minute|hour|day|second)|\b[TR]P[MD]\b|rate.?limit/i;
const daily = /per[ _-]?day|daily|\b[TR]PD\b|PerDay/i;
const money =
  /insufficient[_ ](?:quota|balance|funds|credits?)|billing|spend(?:ing)?[_ -]?limit|out of credits?|payment/i;
/** In a 400 only what is surely about the account, since it may repeat words of the request. */
const emptyAccount =
  /credit balance|insufficient[_ ](?:quota|balance|funds|credits?)|out of credits?|spend(?:ing)?[_ -]?limit|billing[_ ](?:hard|not)|(?:enable|check your(?: plan and)?) billing|plans? (?:&|and) billing/i;
const badKey =
  /api[_ -]?key[^.]{0,40}(?:not valid|invalid|incorrect|expired|revoked|missing|not found)|(?:invalid|incorrect|expired|missing)[_ ]api[_ -]?key|authentication[_ ]error|invalid[_ ]authentication/i;
const refusal = /content[_ ](?:filter|policy)|safety|moderation/i;
const unsupported =
  /(?:not|n't|un)[ -]?support|unknown parameter|unrecognized|not available for this model|does not accept/i;

const capabilities: readonly [Capability, RegExp][] = [
  ['tools', /\btools?\b|tool_choice|function/i],
  ['vision', /image|vision|picture/i],
  ['json', /response_format|json/i],
  ['audio', /audio/i],
  ['reasoning', /reasoning|thinking/i],
];

/** What a failed try means, by code and by wording: providers tell the same in many ways, also inside a 200. */
export function kindOf(error: UpstreamError): FailureKind {
  if (error.content_sent) return 'cut';
  const { status } = error;
  const words = `${error.code ?? ''} ${error.message}`;
  if (status === 402) return 'no_money';
  if (status === 429) return limitOf(words, error.retry_after_ms);
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404 || status === 410) return 'no_such_model';
  if (overflow.test(words) && !perTime.test(words)) return 'too_long';
  if (status === 400 || status === 413 || status === 422) return refusedRequest(words);
  if (status === null && perTime.test(words)) return limitOf(words, error.retry_after_ms);
  if (status === null && badKey.test(words)) return 'unauthorized';
  if (status === null && money.test(words)) return 'no_money';
  return 'failed';
}

function limitOf(words: string, wait: number | null): FailureKind {
  if (money.test(words)) return 'no_money';
  return daily.test(words) || (wait ?? 0) > longestMinuteWait ? 'quota' : 'rate_limited';
}

function refusedRequest(words: string): FailureKind {
  if (perTime.test(words)) return 'rate_limited';
  if (badKey.test(words)) return 'unauthorized';
  if (emptyAccount.test(words)) return 'no_money';
  if (refusal.test(words)) return 'refused';
  return unsupported.test(words) ? 'lacks_capability' : 'bad_request';
}

/** The capability that an error says is not there; null if it says nothing like that. */
export const lackingCapability = (words: string): Capability | null =>
  unsupported.test(words) ? (capabilities.find(([, name]) => name.test(words))?.[0] ?? null) : null;

const ofAccount =
  /\b(?:account|workspace|subscription|billing cycle|all models|usage limit|your plan)\b/i;
const ofModel = /\b(?:for|of) (?:the )?model\b|\bmodel [`'"]/i;

/** Whether a limit is said to be one of the account, so that no model gets its key. */
export const isAccountWide = (words: string): boolean =>
  ofAccount.test(words) && !ofModel.test(words);

/** A context by its name, or in the words of Anthropic and Gemini for the prompt; what they say of answers is none. */
const contexts = [
  /context (?:length|window|size)(?: is| of)?\s*[:=(]?\s*(\d[\d,]{2,9})/i,
  /\b(\d[\d,]{2,9})[ -](?:tokens? )?(?:maximum )?context/i,
  /n_ctx["':= ]+(\d[\d,]{2,9})/i,
  /(?:prompt|input) .{0,80}> (\d[\d,]{2,9}) maximum/i,
  /input token count .{0,60}allowed \((\d[\d,]{2,9})\)/i,
];

/** The real context that an overflow tells, in tokens; null if it tells none. */
export function reportedContext(message: string): number | null {
  for (const context of contexts) {
    const found = context.exec(message)?.[1];
    if (found !== undefined) return Number(found.replaceAll(',', ''));
  }
  return null;
}
