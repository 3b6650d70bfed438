import type { CallToolResult, Client } from '@modelcontextprotocol/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import { bytesOf, fit } from '../../../gateway/mcp/content/fit.ts';
import { tools } from '../../../gateway/mcp/tools/index.ts';
import { aStep } from '../../domain/plans/plan-samples.ts';
import { aService } from '../../domain/samples.ts';
import { aTask } from '../../domain/tasks/samples.ts';
import { catalog, plenty, view } from '../fixture.ts';
import { replyOf } from '../plans/plan-fixture.ts';
import { startMcpFixture, textOf, type McpFixture } from './mcp-fixture.ts';

const mostText = 16 * 1024;
const mostResult = 64 * 1024;
/** Four bytes a character, and six in JSON with its quotes. */
const wide = (characters: number): string => '𝄞"\\'.repeat(characters / 4);
const names = Array.from({ length: 500 }, (_, nth) => `a-service-with-a-long-name-${nth}`);
const windowId = 'window-00000000000000aa';

let fixture: McpFixture;
let client: Client;
let taskId: string;
let planId: string;
let output: string;

beforeAll(async () => {
  fixture = await startMcpFixture({ config: { limits: { ...plenty, proposalsPerToken: 1000 } } });
  const { store } = fixture;
  const services = names.map((name) => aService(name, { needs: names.slice(0, 20) }));
  await store.services.saveCatalog(
    catalog([aService('mcp'), aService('spawner'), aService('web'), ...services]),
    [],
  );
  await fixture.open('mcp', 600_000);
  await fixture.open('web');
  client = await fixture.connect();
  const reason = wide(500);
  const failure = (service: string) => ({ service, error: 'exited' as const, detail: wide(500) });
  const failed = view({
    window_id: windowId,
    target: names[0]!,
    services: names,
    members: names,
    reason,
    state: 'failed',
    services_failed: names.map(failure),
  });
  await store.windows.save(failed, []);
  for (let n = 0; n < 60; n += 1) {
    const window_id = newId('window');
    const ended = view({ window_id, reason, state: 'failed', services_failed: [] });
    const event = { window_id, payload: { reason: wide(4000) } };
    await store.windows.save(ended, [
      { type: 'window.failed', at: Date.now(), actor: 'madre', ...event },
    ]);
    const { view: task, spec } = aTask();
    await store.tasks.create(task, spec, []);
  }
  const { view: task, spec } = aTask();
  taskId = task.spawn_id;
  const artifacts = names.map((name) => ({ path: `${name}/${wide(400)}`, bytes: 3 }));
  await store.tasks.create({ ...task, artifacts, refused: [], detail: wide(4000) }, spec, []);
  output = Array.from({ length: 20_000 }, (_, nth) => `{"line": "${nth}", "text": "€"}`).join('\n');
  const bytes = Buffer.from(output.padEnd(1024 * 1024, '"\n'));
  output = bytes.toString();
  const chunk = { attempt: 1, seq: 1, stream: 'stdout' as const, at: 0, start: 0, bytes };
  await store.taskOutput.append(taskId, { attempt: 1, add: [chunk], drop: [] });
  const steps = names.slice(0, 40).map((name, nth) =>
    aStep({
      step_id: `s${nth}`,
      params: { message: `${name} ${wide(2000)}` },
      effect: wide(2000),
    }),
  );
  const waiting = await fixture.waiting({ steps, reason, actor: 'ben', targets: names });
  planId = waiting.plan.plan_id;
  for (let n = 0; n < 30; n += 1) await fixture.waiting({ reason, actor: 'ben', targets: names });
}, 60_000);
afterAll(() => fixture.close());

const reason = wide(480);
const code = wide(60_000);
const task = { task_type: 'python', code, args: Array.from({ length: 20 }, () => wide(1000)) };

/** For every tool the arguments that show the most. */
const largest = (): Record<string, object> => ({
  vx11_status: {},
  vx11_services: {},
  vx11_windows: { limit: 50 },
  vx11_window: { window_id: windowId },
  vx11_events: { limit: 100 },
  vx11_plans: { limit: 50 },
  vx11_plan: { plan_id: planId },
  vx11_tasks: { limit: 50 },
  vx11_task: { spawn_id: taskId },
  vx11_task_output: { spawn_id: taskId, stream: 'stdout', max_bytes: 16_384 },
  vx11_preview: { action: 'run_task', task_type: 'python', code },
  vx11_open_window: { services: names.slice(0, 10), ttl_seconds: 60, reason },
  vx11_close_window: { window_ids: [newId('window')], reason },
  vx11_stop_service: { service: 'web', reason },
  vx11_restart_service: { service: 'web', reason },
  vx11_run_task: { ...task, reason },
  vx11_ask: { message: 'status of everything' },
  vx11_withdraw_plan: { plan_id: newId('plan') },
});

const call = (name: string, args: object) =>
  client.callTool({ name, arguments: args as Record<string, unknown> });
const dataOf = (result: CallToolResult) => result.structuredContent as Record<string, unknown>;

describe('a result', () => {
  test.each(tools)('of $name fits, whatever the data, and is whole JSON', async (tool) => {
    const result = await call(tool.name, largest()[tool.name]!);
    const text = textOf(result);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostText);
    expect(bytesOf(result)).toBeLessThanOrEqual(mostResult);
    if (result.isError) return;
    const [said, , mark, json] = text.split('\n');
    expect(mark).toMatch(/^[0-9a-f]{8}$/);
    expect(JSON.parse(json!)).toEqual(dataOf(result));
    const isCut = 'left_out' in dataOf(result);
    const path = typeof tool.rest === 'string' ? null : tool.rest.path(dataOf(result));
    const how = typeof tool.rest === 'string' ? tool.rest : `read the resource vx11://${path}`;
    expect(said!.includes(`To get it: ${how}.`)).toBe(isCut);
    const links = result.content.filter(({ type }) => type === 'resource_link');
    expect(links).toEqual(
      isCut && path !== null ? [expect.objectContaining({ uri: `vx11://${path}` })] : [],
    );
  });

  test('names what it left out, and the resource has more of it', async () => {
    const { left_out } = dataOf(await call('vx11_task', { spawn_id: taskId }));
    expect(left_out).toContainEqual(expect.stringMatching(/^artifacts: \d+ of 500 items$/));
    for (const uri of [
      `vx11://tasks/${taskId}`,
      `vx11://windows/${windowId}`,
      `vx11://plans/${planId}`,
      'vx11://services',
    ]) {
      const { contents } = await client.readResource({ uri });
      const { text } = contents[0] as { text: string };
      expect(Buffer.byteLength(text), uri).toBeLessThanOrEqual(mostResult);
      expect(Buffer.byteLength(text), uri).toBeGreaterThan(mostText);
    }
  });

  test('of a refusal is short, however long the reason is', async () => {
    const text = textOf(
      await call('vx11_services', { cursor: 'x'.repeat(200), [wide(40_000)]: 1 }),
    );
    expect(text).toMatch(/^invalid: .*Next: /);
    expect(text.length).toBeLessThan(2000);
  });
});

describe('pages', () => {
  const all = async (
    name: string,
    args: object,
    list: string,
    next: (data: Record<string, unknown>) => object | null,
  ): Promise<Record<string, unknown>[]> => {
    const found = [];
    let more: object | null = {};
    while (more !== null) {
      const data = dataOf(await call(name, { ...args, ...more }));
      found.push(...(data[list] as Record<string, unknown>[]));
      more = next(data);
    }
    return found;
  };
  const cursor = ({ next_cursor }: Record<string, unknown>) =>
    next_cursor === null ? null : { cursor: next_cursor };

  test('of services, windows, plans and tasks show each of them once', async () => {
    const services = await all('vx11_services', {}, 'services', cursor);
    expect(services.map(({ name }) => name)).toEqual(['mcp', 'spawner', 'web', ...names]);
    for (const [name, args, list, id, count] of [
      ['vx11_windows', { state: 'failed', limit: 50 }, 'windows', 'window_id', 61],
      ['vx11_plans', { limit: 50 }, 'plans', 'plan_id', 31],
      ['vx11_tasks', { limit: 50 }, 'tasks', 'spawn_id', 61],
    ] as const) {
      const found = await all(name, args, list, cursor);
      expect(new Set(found.map((one) => one[id])).size, name).toBe(count);
      expect(found, name).toHaveLength(count);
    }
  });

  test('of events go on at last_seq, and say how much of a payload is missing', async () => {
    const events = await all('vx11_events', { after_seq: 0, limit: 100 }, 'events', (data) =>
      (data['events'] as object[]).length === 0 ? null : { after_seq: data['last_seq'] },
    );
    const seqs = events.map(({ seq }) => seq as number);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);
    const long = events.filter(({ payload_left_out }) => payload_left_out !== undefined);
    expect(long.length).toBeGreaterThanOrEqual(60);
  });

  test.each(['head', 'tail'] as const)('of output from its %s join to the whole', async (from) => {
    const args = { spawn_id: taskId, stream: 'stdout', from, max_bytes: 16_384 };
    const parts: string[] = [];
    let offset: number | null = 0;
    while (offset !== null && parts.length < 400) {
      const data: Record<string, unknown> = dataOf(
        await call('vx11_task_output', { ...args, offset }),
      );
      parts.push(data['untrusted_text'] as string);
      offset = data['next_offset'] as number | null;
    }
    const joined = (from === 'head' ? parts : parts.toReversed()).join('');
    expect(joined === output).toBe(true);
  });
});

test('an answer of madre of 100 KB is cut, with its plan', async () => {
  const other = await startMcpFixture({
    madre: { chat: async (said) => ({ ...replyOf(said), response: wide(100_000) }) },
  });
  try {
    await other.open();
    const result = await (
      await other.connect()
    ).callTool({
      name: 'vx11_ask',
      arguments: { message: 'tell me everything' },
    });
    expect(Buffer.byteLength(textOf(result))).toBeLessThanOrEqual(mostText);
    expect(result.structuredContent).toMatchObject({
      left_out: [expect.stringMatching(/^untrusted_message: \d+ of 100000 characters$/)],
    });
  } finally {
    await other.close();
  }
});

test('any data fits into any room of half a KiB or more', () => {
  const fits = fc.property(
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
    fc.integer({ min: 512, max: 4096 }),
    (data, most) => bytesOf(fit(data as Record<string, unknown>, most).data) <= most,
  );
  expect(() => fc.assert(fits)).not.toThrow();
});
