import {
  chatAnswer,
  chatStep,
  chatText,
  type ChatAnswer,
  type ChatPart,
} from '../contracts/chat.ts';
import { readMessages } from './sse-messages.ts';
import { GatewayFailure } from './gateway-failure.ts';
import type { GatewayClient } from './gateway-client.ts';
import { refusal } from './refusal.ts';

/** One event of a streamed answer; the last event is the answer itself. */
export type ChatEvent = ChatPart | { event: 'answer'; data: ChatAnswer };

const withinMs = 15_000;

/**
 * Sends one chat message and yields its answer's events as they arrive. The message is sent once: when the connection
 * breaks or `signal` aborts, the work it started continues. Throws GatewayFailure if the message is refused or no answer arrives.
 */
export async function* readChat(
  gateway: GatewayClient,
  body: Record<string, unknown>,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  try {
    const both = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const answer = await gateway.stream('/madre/chat', both, { body });
    for await (const { event, data } of readMessages(answer.body!)) {
      const message = parse(event, JSON.parse(data), gateway);
      if (message !== null) yield message;
      if (message?.event === 'answer') return;
    }
  } catch (error) {
    if (signal.aborted) throw new GatewayFailure('interrupted', mayContinue, { cause: error });
    if (error instanceof GatewayFailure) throw error;
    throw lost(gateway, error);
  }
  throw lost(gateway);
}

const mayContinue = 'What was asked for may go on: vx11 plan list shows it.';

const lost = ({ target }: GatewayClient, cause?: unknown): GatewayFailure =>
  new GatewayFailure(
    'unreachable',
    `The gateway at ${target.url} gave no answer to the end.\n  next: see its plan with: vx11 plan list`,
    { cause },
  );

function parse(event: string, data: unknown, { target }: GatewayClient): ChatEvent | null {
  if (event === 'text') return { event, data: chatText.parse(data) };
  if (event === 'step') return { event, data: chatStep.parse(data) };
  if (event === 'answer') return { event, data: chatAnswer.parse(data) };
  if (event === 'error') throw refusal(data, target);
  return null;
}
