import type { JsonObject } from '../wire/wire.ts';

/** The body of a request: of a chat in the form of chat completions, or with inputs to make vectors of. */
export type AskedBody = JsonObject & {
  model?: string | undefined;
  stream?: boolean | null | undefined;
  messages?: unknown;
  input?: unknown;
};
