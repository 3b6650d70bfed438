import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { RouteOptions } from '../../contracts/routing-call.ts';
import { readJson } from '../../platform/network/post.ts';
import { askSwitch, requireSwitch, type AskContext } from './ask-switch.ts';
import { FrontError } from './failure.ts';
import { chatFront } from './front/fronts.ts';

/** One answer, read whole. */
export interface PlainAnswer {
  target: string | null;
  text: string | null;
  tokens: number | null;
  decision_id: string | null;
  tries: number;
  ms: number;
  error: string | null;
  hint: string | null;
}

interface Turn {
  role: string;
  content: string;
}

/** The turns of a request that has a prompt or messages. Throws `invalid_request` if it has neither, or both. */
export function turnsOf({
  prompt,
  messages,
}: {
  prompt?: string | undefined;
  messages?: Turn[] | undefined;
}): Turn[] {
  if ((prompt === undefined) === (messages === undefined))
    throw new FrontError('invalid_request', 'Send either a prompt or messages.');
  return messages ?? [{ role: 'user', content: prompt! }];
}

/** Asks without a stream. A refusal, such as that switch sleeps, is an answer too. */
export async function askPlainly(
  context: AskContext,
  request: FastifyRequest,
  model: string,
  messages: Turn[],
  options: RouteOptions,
  signal: AbortSignal,
): Promise<PlainAnswer> {
  const began = performance.now();
  const base = { target: null, text: null, tokens: null, decision_id: null, tries: 0, hint: null };
  const ms = (): number => Math.round(performance.now() - began);
  try {
    await requireSwitch(context, request);
    const body = new TextEncoder().encode(JSON.stringify({ model, messages }));
    const answer = await askSwitch(context, request, { front: chatFront, body, options, signal });
    const { error, choices, usage } = (await readJson(answer)) as Completion;
    const { headers } = answer;
    return {
      target: headers['x-vx11-target'] ?? null,
      text: choices?.[0]?.message?.content ?? null,
      tokens: usage?.total_tokens ?? null,
      decision_id: headers['x-vx11-decision'] ?? null,
      tries: Number(headers['x-vx11-tries'] ?? 0),
      ms: ms(),
      error: error?.code ?? null,
      hint: error === undefined ? null : (error.hint ?? error.message),
    };
  } catch (error) {
    if (!(error instanceof FrontError)) throw error;
    return { ...base, ms: ms(), error: error.code, hint: error.hint ?? error.message };
  }
}

interface Completion {
  error?: { code: string; message: string; hint?: string };
  choices?: { message?: { content?: string | null } }[];
  usage?: { total_tokens?: number } | null;
}

/** Aborts when the caller hangs up before it has its answer. */
export function hungUp(raw: ServerResponse): AbortSignal {
  const gone = new AbortController();
  // after a whole answer nobody listens, and an abort costs a stack trace
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
