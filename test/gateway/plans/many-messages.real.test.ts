import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type Answer, type TestStack } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';

/** How often each message is sent; the fault suite sends more than one workflow run may take. */
const many = Number(process.env['VX11_MANY_MESSAGES'] ?? 200);

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
    services: { web: {}, db: {} },
    env: { VX11_RATE_CHANGES_PER_TOKEN: '1000000', VX11_RATE_PER_ADDRESS: '10000000' },
  });
});
afterAll(() => stack?.destroy());

const post = (path: string, body: unknown): Promise<Answer> => stack.call('POST', path, body);

/** Sends a message that often, several at a time, and counts the answers by status. */
async function repeat(
  times: number,
  atOnce: number,
  send: () => Promise<Answer>,
): Promise<Record<number, number>> {
  const counted: Record<number, number> = {};
  let left = times;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { status, headers, body } = await send();
      counted[status] = (counted[status] ?? 0) + 1;
      if (status >= 500) throw new Error(`${status}: ${JSON.stringify(body)}`);
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return counted;
}

describe('a plan that waits', () => {
  const waiting = async () => {
    const { body } = await post('/madre/chat', { message: 'delete db' });
    expect(body.status).toBe('WAITING');
    const plan = (await stack.call('GET', `/madre/plans/${body.plan_id}`)).body;
    const path = `/madre/plans/${body.plan_id}`;
    const renew = () => post(`${path}/token`, { plan_hash: plan.plan_hash });
    return { path, renew, token: body.confirm_token as string };
  };
  beforeAll(async () => {
    await post('/vx11/window/open', { target: 'db', ttl_seconds: 3000, wait_seconds: 60 });
  });

  test('gives out few tokens a minute however many are requested, and can then be rejected or cancelled at once', async () => {
    for (const end of ['reject', 'cancel']) {
      const { path, renew } = await waiting();
      const counted = await repeat(end === 'reject' ? many : 60, 1, renew);
      expect(counted[200]).toBeLessThanOrEqual(100);
      expect(counted[200]! + counted[429]!).toBe(end === 'reject' ? many : 60);
      const answer = await post(`${path}/${end}`, {});
      expect(answer.status).toBe(200);
    }
  }, 240_000);

  test('is confirmed with the last token that it gave out', async () => {
    const { path, renew } = await waiting();
    let token = '';
    await repeat(60, 1, async () => {
      const answer = await renew();
      if (answer.status === 200) token = answer.body.confirm_token;
      return answer;
    });
    const answer = await post(`${path}/confirm`, { confirm_token: token });
    expect([answer.status, answer.body.status]).toEqual([200, 'confirmed']);
    await until('it has ended', async () => (await stack.call('GET', path)).body.status === 'DONE');
    await post('/vx11/window/open', { target: 'db', ttl_seconds: 3000, wait_seconds: 60 });
  });

  test('answers thirty concurrent token requests with a token or 429, and takes a confirmation meanwhile', async () => {
    const { path, renew, token } = await waiting();
    const renewals = repeat(30, 30, renew);
    const confirmed = await post(`${path}/confirm`, { confirm_token: token });
    // a token that was replaced meanwhile is refused, which is an answer
    expect([200, 403]).toContain(confirmed.status);
    const counted = await renewals;
    expect(Object.keys(counted).every((status) => /^(200|409|429)$/.test(status))).toBe(true);
  });
});

describe('a window', () => {
  test.each([
    ['extended', '/vx11/window/extend', { target: 'web', seconds: 1 }],
    ['opened', '/vx11/window/open', { target: 'web', ttl_seconds: 3000 }],
  ])(
    `that is %s ${many} times goes on, and closes at once`,
    async (_, path, body) => {
      const ttl = { target: 'web', ttl_seconds: 3000, wait_seconds: 60 };
      const opened = await post('/vx11/window/open', ttl);
      const counted = await repeat(many, 4, async () => {
        const answer = await post(path, body);
        if (answer.status === 429) await sleep(100);
        return answer;
      });
      expect(Object.keys(counted).every((status) => /^(200|429)$/.test(status))).toBe(true);
      expect(counted[200]).toBeGreaterThan(many / 2);
      const closed = await post('/vx11/window/close', { target: 'web' });
      expect(closed.body).toMatchObject({ was_open: true, receipt: { residue: [] } });
      expect(closed.body.window_id).toBe(opened.body.window_id);
    },
    300_000,
  );
});
