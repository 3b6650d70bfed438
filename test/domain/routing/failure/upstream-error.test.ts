import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../../../contracts/routing.ts';
import {
  kindOf,
  lackingCapability,
  reportedContext,
  type UpstreamError,
} from '../../../../domain/routing/failure/upstream-error.ts';
import { readDuration } from '../../../../domain/routing/failure/read-duration.ts';
import { retryAfter } from '../../../../domain/routing/failure/retry-after.ts';
import { minute, now, second } from '../samples.ts';

const error = (change: Partial<UpstreamError>): UpstreamError => ({
  status: 500,
  code: null,
  message: '',
  retry_after_ms: null,
  content_sent: false,
  ...change,
});

describe('an error of a provider', () => {
  test.each<[Partial<UpstreamError>, FailureKind]>([
    [{ status: 429 }, 'rate_limited'],
    [{ status: 429, retry_after_ms: 9 * minute }, 'rate_limited'],
    [{ status: 429, retry_after_ms: 6 * 24 * 60 * minute }, 'quota'],
    [{ status: 429, message: 'Quota exceeded: GenerateRequestsPerDayPerProject' }, 'quota'],
    [{ status: 429, message: 'Rate limit reached for model on requests per day (RPD)' }, 'quota'],
    [{ status: 429, code: 'insufficient_quota' }, 'no_money'],
    [{ status: 429, message: 'You have reached your spend limit' }, 'no_money'],
    [{ status: 402 }, 'no_money'],
    [{ status: 401 }, 'unauthorized'],
    [{ status: 403 }, 'unauthorized'],
    [{ status: 404 }, 'no_such_model'],
    [{ status: 410 }, 'no_such_model'],
    [{ status: 400, message: 'messages: at least one is required' }, 'bad_request'],
    [{ status: 422, message: 'temperature must be at most 2' }, 'bad_request'],
    [{ status: 400, message: 'tools are not supported by this model' }, 'lacks_capability'],
    [
      { status: 400, code: 'unsupported_parameter', message: "'response_format' is not supported" },
      'lacks_capability',
    ],
    [{ status: 400, message: 'seed is not supported' }, 'lacks_capability'],
    [{ status: 400, message: "Unrecognized request argument supplied: 'x'" }, 'lacks_capability'],
    [
      {
        status: 400,
        code: 'invalid_request_error',
        message:
          'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      },
      'no_money',
    ],
    [
      {
        status: 400,
        code: 'INVALID_ARGUMENT',
        message: 'API key not valid. Please pass a valid API key.',
      },
      'unauthorized',
    ],
    [{ status: 400, message: 'API key expired. Please renew the API key.' }, 'unauthorized'],
    [{ status: null, code: 'authentication_error', message: 'invalid x-api-key' }, 'unauthorized'],
    [{ status: 400, message: "the function 'take_payment' has no parameters" }, 'bad_request'],
    [{ status: 400, code: 'content_filter' }, 'refused'],
    [
      { status: 413, message: 'Request too large: 9000 tokens per minute (TPM), limit 6000' },
      'rate_limited',
    ],
    [{ status: 408 }, 'failed'],
    [{ status: 500 }, 'failed'],
    [{ status: 529, code: 'overloaded_error' }, 'failed'],
    [{ status: null, message: 'ECONNREFUSED' }, 'failed'],
    [{ status: null, code: 'rate_limit_exceeded', message: 'Rate limit reached' }, 'rate_limited'],
    [{ status: null, content_sent: true, message: 'overloaded' }, 'cut'],
  ])('%j is %s', (change, kind) => {
    expect(kindOf(error(change))).toBe(kind);
  });

  test.each([
    [
      'openai',
      400,
      'context_length_exceeded',
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
    ],
    [
      'anthropic',
      400,
      'invalid_request_error',
      'prompt is too long: 210000 tokens > 200000 maximum',
    ],
    [
      'llama.cpp',
      400,
      'exceed_context_size_error',
      'the request exceeds the available context size',
    ],
    [
      'gemini',
      400,
      'INVALID_ARGUMENT',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    ],
    [
      'mistral',
      400,
      null,
      'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
    ],
    [
      'sglang in a 200 stream',
      null,
      null,
      "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
    ],
    ['vllm', 400, 'BadRequestError', 'Please reduce the length of the messages or completion.'],
    ['a 500', 500, null, 'context window exceeded'],
    ['413', 413, null, 'Input is too long for requested model.'],
  ])('tells an overflow in the words of %s', (_, status, code, message) => {
    expect(kindOf(error({ status, code, message }))).toBe('too_long');
  });

  test.each([
    ["This model's maximum context length is 8192 tokens.", 8192],
    ['context window of 32,768 tokens', 32_768],
    ['{"n_prompt_tokens": 9000, "n_ctx": 4096}', 4096],
    ['request (2087 tokens) exceeds the available context size (1024 tokens), try again', 1024],
    ['prompt is too long: 210000 tokens > 200000 maximum', 200_000],
    [
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      1_048_576,
    ],
    ['Prompt contains 40000 tokens, too large for model with 32768 maximum context length', 32_768],
    ['The input (5000 tokens) is longer than the context length (4096 tokens).', 4096],
    ['max_tokens is too large: 9000. This model supports at most 4096 completion tokens', null],
    ['prompt is too long', null],
  ])('%j tells a context of %s', (message, tokens) => {
    expect(reportedContext(message)).toBe(tokens);
  });

  test.each([
    ['image input is not supported', 'vision'],
    ['This model does not support audio', 'audio'],
    ['reasoning_effort is not supported with this model', 'reasoning'],
    ['seed is not supported', null],
  ])('%j says that %s is lacking', (message, capability) => {
    expect(lackingCapability(message)).toBe(capability);
  });
});

describe('the wait that a provider tells', () => {
  const date = (ms: number): string => new Date(now + ms).toUTCString();
  test.each<[string, Parameters<typeof retryAfter>[0], number | null]>([
    ['milliseconds', { headers: { 'retry-after-ms': '1500', 'retry-after': '9' } }, 1500],
    ['seconds', { headers: { 'retry-after': '2.5' }, retry_delay: '9s' }, 2500],
    ['a date', { headers: { 'retry-after': date(90 * second) } }, 90 * second],
    ['a date that is over', { headers: { 'retry-after': date(-minute) } }, 0],
    [
      'the limit that is used up',
      {
        headers: {
          'x-ratelimit-remaining-requests': '0',
          'x-ratelimit-reset-requests': '1m30s',
          'x-ratelimit-remaining-tokens': '10',
          'x-ratelimit-reset-tokens': '6h',
        },
      },
      90 * second,
    ],
    [
      'the instant of a limit',
      {
        headers: {
          'anthropic-ratelimit-requests-remaining': '0',
          'anthropic-ratelimit-requests-reset': new Date(now + minute).toISOString(),
        },
      },
      minute,
    ],
    ['its body', { headers: {}, retry_delay: '37.5s' }, 37_500],
    ['its body, as a number', { headers: {}, resets_in_seconds: 86_400 }, 86_400 * second],
    [
      'nothing',
      { headers: { 'retry-after': 'soon', 'x-ratelimit-remaining-requests': '5' } },
      null,
    ],
  ])('by %s', (_, facts, wait) => {
    expect(retryAfter(facts, now)).toBe(wait);
  });

  test.each([
    ['6ms', 6],
    ['1h2m3s', 3_723_000],
    ['2d', 172_800_000],
    ['', null],
    ['5', null],
    ['1m and more', null],
  ])('reads %j as %s ms', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });
});
