import type { OpenaiError } from '../../../contracts/openai.ts';
import type { RoutingSurface } from '../../../contracts/front-forms.ts';
import { vectorsAs } from '../../../domain/routing/forms/embeddings/vectors.ts';
import type { AnswerWriter, ReadForm } from '../../../domain/routing/forms/form.ts';
import { messagesError } from '../../../domain/routing/forms/messages/error.ts';
import { readMessages } from '../../../domain/routing/forms/messages/read-request.ts';
import { writeMessages } from '../../../domain/routing/forms/messages/write-answer.ts';
import { readResponses } from '../../../domain/routing/forms/responses/read-request.ts';
import { writeResponses } from '../../../domain/routing/forms/responses/write-answer.ts';
import { chunkOf } from '../../../domain/routing/forms/parts.ts';
import type { Loose } from '../../../domain/routing/request/loose.ts';

/** One way in which clients ask and are answered: everything behind it is the same for all. */
export interface Front {
  surface: RoutingSurface;
  /** The path at switch. */
  path: '/v1/chat/completions' | '/v1/embeddings';
  /** Reads a request; null if it goes on as it came. Throws `UnreadableForm`. */
  read: ((body: Loose) => ReadForm) | null;
  /** Writes a stream; null if it is passed on as it comes. */
  writer: ((request: Loose) => AnswerWriter) | null;
  /** An answer that came as a whole. */
  whole: ((request: Loose, answer: Loose) => Loose) | null;
  /** The body of an error. */
  error: (error: OpenaiError, status: number) => object;
}

const plainError = (error: OpenaiError): object => error;

const written = (writer: AnswerWriter, answer: Loose): Loose => {
  writer.chunk(chunkOf(answer));
  writer.end();
  return writer.whole();
};

const responsesWriter = (request: Loose): AnswerWriter =>
  writeResponses(request, Math.floor(Date.now() / 1000));

export const chatFront: Front = {
  surface: 'chat',
  path: '/v1/chat/completions',
  read: null,
  writer: null,
  whole: null,
  error: plainError,
};

export const responsesFront: Front = {
  surface: 'responses',
  path: '/v1/chat/completions',
  read: readResponses,
  writer: responsesWriter,
  whole: (request, answer) => written(responsesWriter(request), answer),
  error: plainError,
};

export const messagesFront: Front = {
  surface: 'messages',
  path: '/v1/chat/completions',
  read: readMessages,
  writer: writeMessages,
  whole: (request, answer) => written(writeMessages(request), answer),
  error: ({ error }, status) => messagesError(error, status),
};

export const embeddingsFront: Front = {
  surface: 'embeddings',
  path: '/v1/embeddings',
  read: null,
  writer: null,
  whole: ({ encoding_format }, answer) => vectorsAs(encoding_format, answer),
  error: plainError,
};
