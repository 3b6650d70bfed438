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
export function postJson(
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
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers: sent, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > longest) call.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () => {
        const told = parsed(Buffer.concat(chunks).toString('utf8'));
        if (told === undefined) reject(new Error('the answer is no JSON'));
        else resolve({ status: answer.statusCode ?? 0, body: told });
      });
    });
    call.on('error', reject);
    call.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
