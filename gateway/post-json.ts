import { Agent, request } from 'node:http';

/** What came back: any status, and a body that is JSON. */
export interface JsonAnswer {
  status: number;
  body: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
/** No answer of madre is longer. */
const longest = 8 * 1024 * 1024;

/** Posts JSON within this installation, on connections that stay. Rejects with the cause where nobody answers in time. */
export async function postJson(
  url: URL,
  headers: Record<string, string>,
  body: unknown,
  limitMs: number,
): Promise<JsonAnswer> {
  const text = JSON.stringify(body);
  const sent = {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  const signal = AbortSignal.timeout(limitMs);
  const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers: sent, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > longest) call.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    call.on('error', reject);
    call.end(text);
  });
  const { status, text: received } = await answered;
  return { status, body: JSON.parse(received) as unknown };
}
