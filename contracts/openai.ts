import { z } from 'zod';

/**
 * The error codes of `/v1`: status, OpenAI's `type`, and whether the same request may succeed a moment later. Where it may
 * not, clients must know: they repeat every 429 and 5xx by themselves.
 */
export const openaiErrors = {
  invalid_api_key: { status: 401, type: 'authentication_error', retry: false },
  permission_denied: { status: 403, type: 'permission_error', retry: false },
  invalid_request: { status: 400, type: 'invalid_request_error', retry: false },
  bad_request: { status: 400, type: 'invalid_request_error', retry: false },
  context_length_exceeded: { status: 400, type: 'invalid_request_error', retry: false },
  budget_exceeded: { status: 402, type: 'insufficient_quota', retry: false },
  model_not_found: { status: 404, type: 'invalid_request_error', retry: false },
  request_too_large: { status: 413, type: 'invalid_request_error', retry: false },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error', retry: true },
  internal_error: { status: 500, type: 'api_error', retry: false },
  upstream_error: { status: 502, type: 'api_error', retry: false },
  refused: { status: 400, type: 'invalid_request_error', retry: false },
  aborted: { status: 499, type: 'api_error', retry: false },
  no_target: { status: 503, type: 'api_error', retry: false },
  off_by_policy: { status: 503, type: 'api_error', retry: false },
  unavailable: { status: 503, type: 'api_error', retry: true },
  deadline_exceeded: { status: 504, type: 'api_error', retry: false },
} as const satisfies Record<string, { status: number; type: string; retry: boolean }>;

export type OpenaiErrorCode = keyof typeof openaiErrors;

/** The error of every `/v1` route. */
export const openaiError = z.strictObject({
  error: z.strictObject({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
    decision_id: z.string().nullable(),
    hint: z.string().optional().meta({ description: 'The call that helps' }),
  }),
});
export type OpenaiError = z.infer<typeof openaiError>;

/** Makes the body of an error. */
export const openaiErrorOf = (
  code: OpenaiErrorCode,
  message: string,
  more: { param?: string; decision_id?: string; hint?: string } = {},
): OpenaiError => ({
  error: {
    message,
    type: openaiErrors[code].type,
    param: more.param ?? null,
    code,
    decision_id: more.decision_id ?? null,
    ...(more.hint !== undefined && { hint: more.hint }),
  },
});

/** One model of `GET /v1/models`. */
export const openaiModel = z.strictObject({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
});
export type OpenaiModel = z.infer<typeof openaiModel>;
export const openaiModels = z.strictObject({
  object: z.literal('list'),
  data: z.array(openaiModel),
});

/** What every request of a chat has; all other fields pass as they are. */
export const chatRequest = z.looseObject({
  model: z.string().min(1).max(200).optional().meta({
    description:
      '`auto`, `auto:eco`, `provider/model`, or the name of a model that one provider has',
  }),
  messages: z.array(z.looseObject({ role: z.string() })).min(1),
  stream: z.boolean().nullish(),
});
export type ChatRequest = z.infer<typeof chatRequest>;

/** An answer as it comes from the target, under our id and the name of the target. */
export const chatCompletion = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion'),
  model: z.string().meta({ description: 'The target that answered' }),
  choices: z.array(z.looseObject({})),
});
