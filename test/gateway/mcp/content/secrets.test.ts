import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGatewayEnvironment } from '../../../../gateway/config.ts';
import { newToken } from '../../../../gateway/tokens/token-text.ts';
import { aTask } from '../../../domain/tasks/samples.ts';
import { adminToken } from '../../fixture.ts';
import { startMcpFixture, textOf, type McpFixture } from '../mcp-fixture.ts';

const password = 'correct horse/battery';
const environment = {
  VX11_HOST: 'box',
  VX11_HOME: '/nowhere',
  VX11_STORE_URL: `postgres://vx11:${encodeURIComponent(password)}@postgres:5432/vx11`,
  VX11_REDIS_URL: 'redis://:another-password@redis:6379',
  VX11_INTERNAL_KEY: 'an-internal-key-of-32-characters',
  VX11_WAKE: '127.0.0.1:10000',
  VX11_WAKE_KEY: 'sixteen-letters_',
};
const { secrets } = readGatewayEnvironment(environment).config;
const token = newToken().text;
/** Everything that no agent may read, or a part of it that would do. */
const hidden = [...secrets, adminToken, token, token.slice(-30)];

let fixture: McpFixture;
let client: Client;
let all: string;
let taskId: string;
let cutId: string;

async function taskWith(pieces: readonly (readonly [start: number, text: string])[]) {
  const { view, spec } = aTask();
  await fixture.store.tasks.create(view, spec, []);
  const add = pieces.map(([start, text], nth) => {
    const bytes = Buffer.from(text);
    return { attempt: 1, seq: nth + 1, stream: 'stdout' as const, at: 0, start, bytes };
  });
  await fixture.store.taskOutput.append(view.spawn_id, { attempt: 1, add, drop: [] });
  return view.spawn_id;
}

beforeAll(async () => {
  fixture = await startMcpFixture({ config: { secrets } });
  await fixture.open();
  client = await fixture.connect();
  all = [...secrets, adminToken, token].map((one) => `is ${one}, €`).join('\n');
  taskId = await taskWith([[0, all]]);
  // in the middle of a token and of the admin's, something was dropped
  cutId = await taskWith([
    [0, `begin ${token.slice(0, 30)}`],
    [1000, `${token.slice(30)} middle ${adminToken.slice(0, 9)}`],
    [2000, `${adminToken.slice(9)} end`],
  ]);
});
afterAll(() => fixture.close());

interface Output {
  untrusted_text: string;
  next_offset: number | null;
}

async function output(args: Record<string, unknown>): Promise<Output> {
  const sent = { spawn_id: taskId, stream: 'stdout', ...args };
  const result = await client.callTool({ name: 'vx11_task_output', arguments: sent });
  expect(result.isError, textOf(result)).toBeFalsy();
  return result.structuredContent as never;
}

test('the keys and passwords of the environment are secrets, as they are written and as they are meant', () => {
  expect(secrets).toEqual([
    environment.VX11_INTERNAL_KEY,
    environment.VX11_WAKE_KEY,
    encodeURIComponent(password),
    password,
    'another-password',
  ]);
});

test('a password that everybody knows is taken out of no word', () => {
  const url = 'postgres://postgres:postgres@db/postgres';
  const { config } = readGatewayEnvironment({ ...environment, VX11_STORE_URL: url });
  expect(config.secrets).not.toContain('postgres');
});

describe('output with secrets', () => {
  test.each(['head', 'tail'] as const)(
    'has no part of one, wherever a piece from the %s begins and ends',
    async (from) => {
      const marked = Buffer.byteLength(all);
      for (let offset = 0; offset < marked; offset += 7) {
        const { untrusted_text: text } = await output({ from, offset, max_bytes: 64 });
        for (const secret of [...secrets, adminToken, token]) {
          for (const part of [secret.slice(0, 12), secret.slice(-12)])
            expect(text, `${offset}`).not.toContain(part);
        }
      }
    },
  );

  test('is whole without them if its pieces are put together', async () => {
    let text = '';
    for (let offset: number | null = 0; offset !== null;) {
      const piece: Output = await output({ from: 'head', offset, max_bytes: 50 });
      text += piece.untrusted_text;
      offset = piece.next_offset;
    }
    expect(text).toBe((await output({ max_bytes: 16_384 })).untrusted_text);
    for (const secret of hidden) expect(text).not.toContain(secret);
    expect(text.match(/is \[a secret of VX11 was removed\], €/g)).toHaveLength(7);
  });

  test('answers no question about them', async () => {
    for (const contains of [...hidden, token.slice(0, 12), adminToken.slice(3, 9)]) {
      expect((await output({ contains })).untrusted_text, contains).toBe('');
    }
    expect((await output({ contains: 'removed' })).untrusted_text).toContain('is [a secret');
  });

  test('has nothing of one of which the middle was dropped', async () => {
    const { untrusted_text: text } = await output({ spawn_id: cutId });
    expect(text).toContain('begin');
    expect(text).toContain('middle');
    expect(text).toMatch(/bytes dropped …\]\n… end$/);
    for (const part of [token.slice(30, 42), token.slice(-12), adminToken.slice(9), 'an-admin'])
      expect(text).not.toContain(part);
  });
});

test('payloads of events and errors are searched before they are cut', async () => {
  const { store } = fixture;
  for (const at of [560, 580, 590]) {
    const text = `${'x'.repeat(at)}"${adminToken}"${password}`;
    await store.events.append([
      { type: 'window.failed', at: 0, actor: 'madre', payload: { text, [adminToken]: 1 } },
    ]);
  }
  const result = await client.callTool({ name: 'vx11_events', arguments: { limit: 3 } });
  expect(JSON.stringify(result)).not.toContain(adminToken.slice(0, 8));
  expect(JSON.stringify(result)).not.toContain(password.slice(0, 8));
});
