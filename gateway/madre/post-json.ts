import { Agent, request, type IncomingMessage } from 'node:http';
import { internalLines } from '../../platform/internal-key.ts';

/** What came back: any status, and a body that is JSON. */
export interface JsonAnswer {
  status: number;
  body: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
/** No answer of madre is longer. */
const longest = 8 * 1024 * 1024;

/**
 * Posts JSON within this installation, on connections that stay. Rejects with the cause where nobody answers in time.
 * @param hear takes what is told before the answer, as it comes; what it throws breaks the call
 */
export async function postJson(
  url: URL,
  headers: Record<string, string>,
  body: unknown,
  limitMs: number,
  hear?: (part: unknown) => void,
): Promise<JsonAnswer> {
  const text = JSON.stringify(body);
  const sent = {
    ...headers,
    ...(hear !== undefined && { accept: internalLines }),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  const signal = AbortSignal.timeout(limitMs);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers: sent, signal }, resolve);
    call.on('error', reject);
    call.end(text);
  });
  const status = answer.statusCode ?? 0;
  if (answer.headers['content-type'] !== internalLines) {
    return { status, body: JSON.parse(await textOf(answer)) as unknown };
  }
  let end: JsonAnswer | null = null;
  await textOf(answer, (line) => {
    const told = JSON.parse(line) as { part?: unknown; answer?: JsonAnswer };
    if (told.answer === undefined) hear?.(told.part);
    else end = told.answer;
  });
  if (end === null) throw new Error('the lines ended without an answer');
  return end;
}

/** The text of an answer; with `take`, its lines are taken as they come, and what is left is no whole one. */
async function textOf(
  answer: AsyncIterable<Buffer>,
  take?: (line: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > longest) throw new Error('the answer is too long');
    text += decoder.decode(chunk, { stream: true });
    if (take === undefined) continue;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    lines.forEach(take);
  }
  return text + decoder.decode();
}
