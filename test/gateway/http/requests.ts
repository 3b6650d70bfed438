import type { InjectOptions } from 'fastify';
import { seedStack, startGateway, type Gateway } from '../fixture.ts';

/** A gateway over a stack at rest, and functions to call it; a refusal is parsed as a problem. */
export async function startRequests() {
  const gateway: Gateway = await startGateway();
  await seedStack(gateway.store);
  const operator = await gateway.token('operator');
  const send = async (options: InjectOptions) => {
    const response = await gateway.inject(options);
    const { statusCode: status, headers } = response;
    const body = status < 300 ? null : response.json<{ error: string; correlation_id: string }>();
    return { status, headers, body, error: body?.error ?? null };
  };
  /** A change by an operator with this text as its body. */
  const post = (url: string, payload: string | Buffer, headers: Record<string, string> = {}) =>
    send({
      method: 'POST',
      url,
      payload,
      headers: { 'x-vx11-token': operator, 'content-type': 'application/json', ...headers },
    });
  const open = (body: unknown) => post('/vx11/window/open', JSON.stringify(body));
  return { gateway, operator, send, post, open };
}

export const good = { target: 'web', ttl_seconds: 60 };
