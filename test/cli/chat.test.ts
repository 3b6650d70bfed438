import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OnChatPart, MadreChatReply } from '../../contracts/chat.ts';
import { newId } from '../../contracts/ids.ts';
import type { PlanView } from '../../contracts/plan.ts';
import { aPlan, aStep } from '../domain/plans/plan-samples.ts';
import {
  replyOf,
  startPlanStage,
  type Heard,
  type PlanStage,
} from '../gateway/plans/plan-fixture.ts';
import { vx11, type Watcher } from './stage.ts';

/** What madre does with one message of a test. */
type Act = (hear: OnChatPart | undefined, reply: MadreChatReply) => Promise<MadreChatReply>;

let stage: PlanStage;
let url: string;
let act: Act;
let heard: Heard;
let listened: boolean[];
beforeAll(async () => {
  stage = await startPlanStage({
    madre: {
      chat(call, hear) {
        heard.push(call);
        listened.push(hear !== undefined);
        return act(hear, replyOf(call));
      },
    },
  });
  url = await stage.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => stage.close());
beforeEach(() => void ([heard, listened] = [[], []]));

const chat = (args: string[] = ['hello'], watcher: Watcher = {}, token = stage.operator) =>
  vx11(['chat', ...args], { VX11_URL: url, VX11_TOKEN: token }, watcher);
const text = (delta: string) => ({ event: 'text', data: { delta } }) as const;
const step = (step_id: string, status: 'RUNNING' | 'DONE' | 'ERROR', plan_id = 'plan-00000001') => {
  const error = status === 'ERROR' ? 'unhealthy' : null;
  return { event: 'step', data: { plan_id, step_id, type: 'OPEN_WINDOW', status, error } } as const;
};
/** Says these words, and then answers. */
const says =
  (response: string, ...words: string[]): Act =>
  async (hear, reply) => {
    for (const word of words) hear?.(text(word));
    return { ...reply, response };
  };

describe('an answer', () => {
  test('is shown as it comes, and said once', async () => {
    const more = Promise.withResolvers<void>();
    act = async (hear, reply) => {
      hear?.(text('Hi '));
      await more.promise;
      hear?.(text('there.'));
      return { ...reply, response: 'Hi there.' };
    };
    const said = { out: '', err: '' };
    const running = chat(['hello', '--session', 'desk'], { said });
    await expect.poll(() => said.out).toBe('Hi ');
    more.resolve();
    expect(await running).toEqual({ code: 0, out: 'Hi there.', err: '' });
    expect(heard).toMatchObject([{ message: 'hello', session_id: 'desk', dry_run: false }]);
  });

  test.each<[string, Act, string]>([
    ['that was not streamed is shown whole', says('All of it.'), 'All of it.'],
    ['that has more than its words is completed', says('Hi there…', 'Hi ', 'there'), 'Hi there…'],
    ['with its words alone ends its line', says('Hi.', 'Hi.'), 'Hi.'],
    [
      'shows nothing that a terminal would obey',
      says('\u001b[31mred\u0007 \nline\u009b2J', '\u001b[31mred', '\u0007 \n', 'line\u009b2J'),
      'red   line',
    ],
  ])('%s', async (_, acts, out) => {
    act = acts;
    expect(await chat()).toEqual({ code: 0, out, err: '' });
  });

  test('that came out otherwise than its words is told apart from them, on both outputs', async () => {
    act = says('This is of HIGH risk.', 'Of course, ', 'nothing happens');
    const { code, out, err } = await chat();
    expect([code, out]).toEqual([
      0,
      'Of course, nothing happens [withdrawn]\nThis is of HIGH risk.',
    ]);
    expect(err).toMatch(/the words above do not hold/);
  });

  test('has its warnings after it, as without words', async () => {
    act = async (hear, reply) => {
      hear?.(text('Hi'));
      const warnings = ['llm_timeout'];
      return { ...reply, response: 'Hi…', warnings, degraded: true, status: 'ERROR' };
    };
    const { code, out, err } = await chat();
    expect([code, out]).toEqual([1, 'Hi…']);
    expect(err).toMatch(/^ {2}warning: llm_timeout\n {2}answered by fallback_local/);
  });

  test('with --json is one object, and nobody listens', async () => {
    act = says('Hi there.', 'Hi ');
    const { code, out, err } = await chat(['hello', '--json']);
    expect([code, err, listened]).toEqual([0, '', [false]]);
    expect(JSON.parse(out)).toMatchObject({ response: 'Hi there.', status: 'DONE' });
  });
});

describe('steps', () => {
  test('are shown as they happen', async () => {
    const more = Promise.withResolvers<void>();
    act = async (hear, reply) => {
      hear?.(step('s1', 'RUNNING'));
      await more.promise;
      hear?.(step('s1', 'ERROR'));
      return { ...reply, response: 'That did not work.', status: 'ERROR' };
    };
    const said = { out: '', err: '' };
    const running = chat(['open web'], { said });
    await expect.poll(() => said.err).toBe('  s1 OPEN_WINDOW: RUNNING\n');
    more.resolve();
    expect(await running).toEqual({
      code: 1,
      out: 'That did not work.',
      err: '  s1 OPEN_WINDOW: RUNNING\n  s1 OPEN_WINDOW: ERROR [unhealthy]',
    });
  });

  test('of a plan that runs on are followed to its end, and none is told twice', async () => {
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
    act = async (hear, reply) => {
      hear?.(step('s1', 'RUNNING', plan_id));
      hear?.(step('s1', 'DONE', plan_id));
      await stage.store.plans.insert(plan, null, [event('s1')]);
      const warnings = ['still_running'];
      return { ...reply, response: 'It is under way.', plan_id, warnings, status: 'WAITING' };
    };
    const said = { out: '', err: '' };
    const running = chat(['open web'], { said });
    await expect.poll(() => said.err).toContain('still_running');
    await stage.store.events.append([event('s2')]);
    await expect.poll(() => said.err, { timeout: 5000 }).toContain('s2 OPEN_WINDOW: DONE');
    await stage.store.plans.change(plan_id, (known) => ({
      plan: { ...known, status: 'DONE' },
      events: [],
    }));
    expect((await running).code).toBe(0);
    expect(said.err.match(/s\d OPEN_WINDOW: \w+/g)).toEqual([
      's1 OPEN_WINDOW: RUNNING',
      's1 OPEN_WINDOW: DONE',
      's2 OPEN_WINDOW: DONE',
    ]);
    expect(said.out.match(/It is under way\./g)).toHaveLength(1);
  });
});

describe('no answer', () => {
  test('at Ctrl-C ends the command, with its line, and takes nothing back', async () => {
    const done = Promise.withResolvers<void>();
    const interrupt = new AbortController();
    act = async (hear, reply) => {
      hear?.(text('Hi '));
      await done.promise;
      return reply;
    };
    const said = { out: '', err: '' };
    const running = chat(['hello'], { said, signal: interrupt.signal });
    await expect.poll(() => said.out).toBe('Hi ');
    interrupt.abort();
    expect(await running).toMatchObject({ code: 130, out: 'Hi ' });
    expect(said.out).toBe('Hi \n');
    expect(said.err).toMatch(/^What was asked for may go on: vx11 plan list/);
    done.resolve();
    expect(heard).toHaveLength(1);
  });

  test('where the connection breaks is said as that, and not asked for again', async () => {
    const done = Promise.withResolvers<void>();
    act = async (hear, reply) => {
      hear?.(text('Hi '));
      await done.promise;
      return reply;
    };
    const said = { out: '', err: '' };
    const running = chat(['hello'], { said });
    await expect.poll(() => said.out).toBe('Hi ');
    stage.app.server.closeAllConnections();
    const { code, out, err } = await running;
    done.resolve();
    expect([code, out]).toEqual([4, 'Hi ']);
    expect(err).toMatch(/gave no answer to the end\.\n {2}next: .*vx11 plan list/);
    expect(heard).toHaveLength(1);
  });

  test('where something breaks inside is the problem that it is, before and after words', async () => {
    for (const words of [[], ['Hi ']]) {
      act = says(7 as unknown as string, ...words);
      const { code, err } = await chat();
      expect(code).toBe(4);
      expect(err).toMatch(/^Internal error \[internal\][^]*correlation id: /);
    }
  });

  test('where it is refused is exit code 3, with what to do', async () => {
    const { code, out, err } = await chat(['hello'], {}, await stage.token('viewer'));
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(/\[scope\][^]*next: use a token with a wider scope/);
    expect((await chat(['x'.repeat(5000)])).code).toBe(3);
    const nobody = { VX11_URL: 'http://127.0.0.1:1', VX11_TOKEN: 'x' };
    expect((await vx11(['chat', 'hello'], nobody)).code).toBe(4);
    expect(heard).toEqual([]);
  });
});
