import { internalLines } from '../../platform/internal-key.ts';

/** An answer with any status and a body that is JSON. */
export interface JsonAnswer {
  status: number;
  body: unknown;
}

/** The longest accepted answer of madre, in bytes. */
const longest = 8 * 1024 * 1024;

/**
 * Posts JSON within this installation. Rejects with the cause if no answer comes in time.
 * @param onPart gets each part that comes before the answer; if it throws, the call fails
 * @param send carries it
 */
export async function postJson(
  url: URL,
  headers: Record<string, string>,
  body: unknown,
  limitMs: number,
  onPart?: (part: unknown) => void,
  send: typeof fetch = fetch,
): Promise<JsonAnswer> {
  const answer = await send(url, {
    method: 'POST',
    headers: {
      ...headers,
      accept: onPart === undefined ? 'application/json' : internalLines,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(limitMs),
    redirect: 'error',
  });
  const { status } = answer;
  if (answer.headers.get('content-type') !== internalLines) {
    let text = '';
    for await (const piece of textOf(answer)) text += piece;
    return { status, body: JSON.parse(text) as unknown };
  }
  let end: JsonAnswer | null = null;
  // read to the end, so that the connection serves the next call
  for await (const line of linesOf(answer)) {
    const message = JSON.parse(line) as { part?: unknown; answer?: JsonAnswer };
    if (message.answer === undefined) onPart?.(message.part);
    else end = message.answer;
  }
  if (end === null) throw new Error('the lines ended without an answer');
  return end;
}

/** Yields the complete lines of an answer as they arrive. */
async function* linesOf(answer: Response): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of textOf(answer)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

/** Yields the text of an answer in pieces. Throws if it is too long. */
async function* textOf({ body }: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > longest) throw new Error('the answer is too long');
    yield decoder.decode(chunk, { stream: true });
  }
}
