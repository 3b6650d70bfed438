import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server with Gemini's own protocol, of which only answers in streams are asked. */
export interface GeminiServer {
  base: string;
  seen: { model: string; body: string; headers: IncomingHttpHeaders }[];
  close(): void;
}

const asks = /\/models\/([^:]+):streamGenerateContent/;

/** Answers “Hello.”; a model whose name is a number is refused with that status. */
export async function startGeminiServer(): Promise<GeminiServer> {
  const seen: GeminiServer['seen'] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const model = asks.exec(request.url!)?.[1] ?? '404';
    seen.push({ model, body, headers: request.headers });
    const code = Number(model);
    if (code > 0) {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code, message: 'No.', status: 'REFUSED' } }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [text, finishReason] of [['Hel'], ['lo.', 'STOP']]) {
      const content = { role: 'model', parts: [{ text }] };
      const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 };
      const chunk = { candidates: [{ index: 0, content, finishReason }], usageMetadata };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    }
    response.end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { base: `http://127.0.0.1:${port}`, seen, close: () => void server.close() };
}
