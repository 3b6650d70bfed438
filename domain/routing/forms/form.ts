import type { Loose } from '../request/loose.ts';

/** One event of a text/event-stream. */
export interface FormEvent {
  event: string;
  data: Loose;
}

/** A request that was read from another form, as one of chat completions. */
export interface ReadForm {
  body: Loose;
  /** What no target could be asked, by the names of the form. */
  dropped: string[];
  /** What the caller calls its conversation; null if the form has no word for it, or it is not used. */
  conversation: string | null;
}

/** An error of `/v1`, as chat completions have it. */
export interface FormError {
  message: string;
  type: string;
  code: string;
  decision_id?: string | null;
}

/** Writes the answer to one request in its form, from chunks of chat completions. */
export interface AnswerWriter {
  /** The events that a chunk is. */
  chunk(chunk: Loose): FormEvent[];
  /** The events that end a complete answer. */
  end(): FormEvent[];
  /** The events that end an answer that broke, so that no client takes it for complete. */
  fail(error: FormError): FormEvent[];
  /** The answer as a whole, after `end`. */
  whole(): Loose;
}

/** A request that cannot be read. */
export class UnreadableForm extends Error {
  override name = 'UnreadableForm';
  readonly param: string;

  constructor(param: string, message: string) {
    super(message);
    this.param = param;
  }
}
