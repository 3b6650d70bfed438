import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IneeSettings } from '../../../../gateway/config.ts';
import { adminToken, startGateway, type Gateway, type GatewayChange } from '../../fixture.ts';

/** A key of the colony `garden`, and one of a colony that nobody registered. */
export const key = '0123456789abcdef'.repeat(4);
export const strangeKey = 'fedcba9876543210'.repeat(4);

export interface IneeGateway extends Gateway {
  keysFile: string;
  ask(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    payload?: unknown,
    token?: string,
  ): ReturnType<Gateway['inject']>;
}

/** Writes a file of keys. */
export async function writeKeys(file: string, text: string, mode = 0o600): Promise<void> {
  await writeFile(file, text);
  await chmod(file, mode);
}

/** A gateway with INEE switched on, and `garden` and `stranger` in its file of keys. */
export async function startInee(
  change: Partial<IneeSettings> = {},
  more: GatewayChange = {},
): Promise<IneeGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-inee-'));
  const keysFile = join(folder, 'inee.keys');
  await writeKeys(keysFile, `# colonies\ngarden k1 ${key}\nstranger k1 ${strangeKey}\n`);
  const inee = { remotePlane: true, execution: false, keysFile, ...change };
  const gateway = await startGateway({ ...more, config: { inee, ...more.config } });
  return {
    ...gateway,
    keysFile,
    ask: (method, url, payload, token = adminToken) =>
      gateway.inject({
        method,
        url,
        headers: {
          'x-vx11-token': token,
          ...(payload !== undefined && { 'content-type': 'application/json' }),
        },
        ...(payload !== undefined && { payload: JSON.stringify(payload) }),
      }),
    async close() {
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Signed {
  colony?: string;
  keyId?: string;
  secret?: string;
  /** Epoch ms. */
  at?: number;
  nonce?: string;
  body?: string;
}

/** The headers and the body of an envelope, signed without any code of the gateway. */
export function sign(signed: Signed = {}): { headers: Record<string, string>; payload: string } {
  const { colony = 'garden', keyId = 'k1', secret = key, at = Date.now() } = signed;
  const { nonce = randomBytes(16).toString('hex'), body = '{"kind":"heartbeat"}' } = signed;
  const timestamp = String(Math.floor(at / 1000));
  const digest = createHash('sha256').update(body).digest('hex');
  const text = `v1\n${colony}\n${keyId}\n${timestamp}\n${nonce}\n${digest}`;
  return {
    headers: {
      'content-type': 'application/json',
      'x-vx11-colony': colony,
      'x-vx11-key-id': keyId,
      'x-vx11-timestamp': timestamp,
      'x-vx11-nonce': nonce,
      'x-vx11-signature': createHmac('sha256', Buffer.from(secret, 'hex'))
        .update(text)
        .digest('hex'),
    },
    payload: body,
  };
}

export const send = (gateway: Gateway, envelope: ReturnType<typeof sign>) =>
  gateway.inject({ method: 'POST', url: '/hormiguero/inee/envelopes', ...envelope });

/** How many rows the tables of INEE have. */
export async function countRows(gateway: Gateway): Promise<number> {
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(gateway.storeFile, { readOnly: true });
  try {
    const tables = ['colonies', 'agents', 'nonces', 'audit_events'];
    return tables
      .map((table) => db.prepare(`select count(*) as n from hormiguero_inee_${table}`).get()!['n'])
      .reduce((sum: number, n) => sum + Number(n), 0);
  } finally {
    db.close();
  }
}
