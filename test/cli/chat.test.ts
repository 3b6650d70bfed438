import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OnChatPart, MadreChatReply } from '../../contracts/chat.ts';
import { newId } from '../../contracts/ids.ts';
import type { PlanView } from '../../contracts/plan.ts';
import { aPlan, aStep } from '../domain/plans/plan-samples.ts';
import {
  replyOf,
  startPlanFixture,
  type MadreCalls,
  type PlanFixture,
} from '../gateway/plans/plan-fixture.ts';
import { vx11, type Watcher } from './fixture.ts';

/** How madre handles one message of a test. */
type Act = (onPart: OnChatPart | undefined, reply: MadreChatReply) => Promise<MadreChatReply>;

let fixture: PlanFixture;
let url: string;
let act: Act;
let messages: MadreCalls;
let streamed: boolean[];
beforeAll(async () => {
  fixture = await startPlanFixture({
    madre: {
      chat(call, onPart) {
        messages.push(call);
        streamed.push(onPart !== undefined);
        return act(onPart, replyOf(call));
      },
    },
  });
  url = await fixture.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => fixture.close());
beforeEach(() => void ([messages, streamed] = [[], []]));

const chat = (args: string[] = ['hello'], watcher: Watcher = {}, token = fixture.operator) =>
  vx11(['chat', ...args], { VX11_URL: url, VX11_TOKEN: token }, watcher);
const text = (delta: string) => ({ event: 'text', data: { delta } }) as const;
const step = (step_id: string, status: 'RUNNING' | 'DONE' | 'ERROR', plan_id = 'plan-00000001') => {
  const error = status === 'ERROR' ? 'unhealthy' : null;
  return { event: 'step', data: { plan_id, step_id, type: 'OPEN_WINDOW', status, error } } as const;
};
/** Streams these words, then answers. */
const says =
  (response: string, ...words: string[]): Act =>
  async (onPart, reply) => {
    for (const word of words) onPart?.(text(word));
    return { ...reply, response };
  };

describe('an answer', () => {
  test('is printed as it arrives, and only once', async () => {
    const more = Promise.withResolvers<void>();
    act = async (onPart, reply) => {
      onPart?.(text('Hi '));
      await more.promise;
      onPart?.(text('there.'));
      return { ...reply, response: 'Hi there.' };
    };
    const output = { out: '', err: '' };
    const running = chat(['hello', '--session', 'desk'], { output });
    await expect.poll(() => output.out).toBe('Hi ');
    more.resolve();
    expect(await running).toEqual({ code: 0, out: 'Hi there.', err: '' });
    expect(messages).toMatchObject([{ message: 'hello', session_id: 'desk', dry_run: false }]);
  });

  test.each<[string, Act, string]>([
    ['that was not streamed is printed whole', says('All of it.'), 'All of it.'],
    ['that is longer than its stream is completed', says('Hi there…', 'Hi ', 'there'), 'Hi there…'],
    ['that equals its stream ends its line', says('Hi.', 'Hi.'), 'Hi.'],
    [
      'contains no control characters',
      says('\u001b[31mred\u0007 \nline\u009b2J', '\u001b[31mred', '\u0007 \n', 'line\u009b2J'),
      'red  line',
    ],
  ])('%s', async (_, acts, out) => {
    act = acts;
    expect(await chat()).toEqual({ code: 0, out, err: '' });
  });

  test('that differs from its stream is marked on both outputs', async () => {
    act = says('This is of HIGH risk.', 'Of course, ', 'nothing happens');
    const { code, out, err } = await chat();
    expect([code, out]).toEqual([
      0,
      'Of course, nothing happens [withdrawn]\nThis is of HIGH risk.',
    ]);
    expect(err).toMatch(/The text above is withdrawn/);
  });

  test('is followed by its warnings', async () => {
    act = async (onPart, reply) => {
      onPart?.(text('Hi'));
      const warnings = ['llm_timeout'];
      return { ...reply, response: 'Hi…', warnings, degraded: true, status: 'ERROR' };
    };
    const { code, out, err } = await chat();
    expect([code, out]).toEqual([1, 'Hi…']);
    expect(err).toMatch(/^ {2}warning: llm_timeout\n {2}answered by fallback_local/);
  });

  test('with --json is one object and is not streamed', async () => {
    act = says('Hi there.', 'Hi ');
    const { code, out, err } = await chat(['hello', '--json']);
    expect([code, err, streamed]).toEqual([0, '', [false]]);
    expect(JSON.parse(out)).toMatchObject({ response: 'Hi there.', status: 'DONE' });
  });
});

describe('steps', () => {
  test('are printed as they happen', async () => {
    const more = Promise.withResolvers<void>();
    act = async (onPart, reply) => {
      onPart?.(step('s1', 'RUNNING'));
      await more.promise;
      onPart?.(step('s1', 'ERROR'));
      return { ...reply, response: 'That did not work.', status: 'ERROR' };
    };
    const output = { out: '', err: '' };
    const running = chat(['open web'], { output });
    await expect.poll(() => output.err).toBe('  s1 OPEN_WINDOW: RUNNING\n');
    more.resolve();
    expect(await running).toEqual({
      code: 1,
      out: 'That did not work.',
      err: '  s1 OPEN_WINDOW: RUNNING\n  s1 OPEN_WINDOW: ERROR [unhealthy]',
    });
  });

  test('of a plan that is still running are followed to its end, and each is printed once', async () => {
    const plan_id = newId('plan');
    const correlation_id = newId('run');
    const steps = ['s1', 's2'].map((step_id) => aStep({ step_id, status: 'DONE' }));
    const plan: PlanView = aPlan({ plan_id, correlation_id, steps, status: 'RUNNING' });
    const event = (step_id: string) => ({
      type: 'plan.step' as const,
      at: Date.now(),
      actor: 'madre',
      payload: { plan_id, step_id, type: 'OPEN_WINDOW', status: 'DONE', error: null },
    });
    act = async (onPart, reply) => {
      onPart?.(step('s1', 'RUNNING', plan_id));
      onPart?.(step('s1', 'DONE', plan_id));
      await fixture.store.plans.insert(plan, null, [event('s1')]);
      const warnings = ['still_running'];
      return { ...reply, response: 'It is under way.', plan_id, warnings, status: 'WAITING' };
    };
    const output = { out: '', err: '' };
    const running = chat(['open web'], { output });
    await expect.poll(() => output.err).toContain('still_running');
    // repeated, because the command may connect to the event stream after the first one
    const afterEvent = async (): Promise<string> => {
      await fixture.store.events.append([event('s2')]);
      return output.err;
    };
    await expect.poll(afterEvent, { timeout: 10_000 }).toContain('s2 OPEN_WINDOW: DONE');
    await fixture.store.plans.change(plan_id, (known) => ({
      plan: { ...known, status: 'DONE' },
      events: [],
    }));
    expect((await running).code).toBe(0);
    expect(output.err.match(/s\d OPEN_WINDOW: \w+/g)).toEqual([
      's1 OPEN_WINDOW: RUNNING',
      's1 OPEN_WINDOW: DONE',
      's2 OPEN_WINDOW: DONE',
    ]);
    expect(output.out.match(/It is under way\./g)).toHaveLength(1);
  });
});

describe('no answer', () => {
  test('at Ctrl-C: the command ends its line and exits without cancelling the plan', async () => {
    const done = Promise.withResolvers<void>();
    const interrupt = new AbortController();
    act = async (onPart, reply) => {
      onPart?.(text('Hi '));
      await done.promise;
      return reply;
    };
    const output = { out: '', err: '' };
    const running = chat(['hello'], { output, signal: interrupt.signal });
    await expect.poll(() => output.out).toBe('Hi ');
    interrupt.abort();
    expect(await running).toMatchObject({ code: 130, out: 'Hi ' });
    expect(output.out).toBe('Hi \n');
    expect(output.err).toMatch(/^What was asked for may go on: vx11 plan list/);
    done.resolve();
    expect(messages).toHaveLength(1);
  });

  test('after a broken connection: the error says so, and the message is not sent again', async () => {
    const done = Promise.withResolvers<void>();
    act = async (onPart, reply) => {
      onPart?.(text('Hi '));
      await done.promise;
      return reply;
    };
    const output = { out: '', err: '' };
    const running = chat(['hello'], { output });
    await expect.poll(() => output.out).toBe('Hi ');
    fixture.app.server.closeAllConnections();
    const { code, out, err } = await running;
    done.resolve();
    expect([code, out]).toEqual([4, 'Hi ']);
    expect(err).toMatch(/gave no answer to the end\.\n {2}next: .*vx11 plan list/);
    expect(messages).toHaveLength(1);
  });

  test('after an internal error: the problem is printed, whether text was streamed or not', async () => {
    for (const words of [[], ['Hi ']]) {
      act = says(7 as unknown as string, ...words);
      const { code, err } = await chat();
      expect(code).toBe(4);
      expect(err).toMatch(/^Internal error \[internal\][^]*correlation id: /);
    }
  });

  test('after a refusal: exit code 3, with what to do next', async () => {
    const { code, out, err } = await chat(['hello'], {}, await fixture.token('viewer'));
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(/\[scope\][^]*next: use a token with a wider scope/);
    expect((await chat(['x'.repeat(5000)])).code).toBe(3);
    const nobody = { VX11_URL: 'http://127.0.0.1:1', VX11_TOKEN: 'x' };
    expect((await vx11(['chat', 'hello'], nobody)).code).toBe(4);
    expect(messages).toEqual([]);
  });
});
