import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planText, plansTable } from '../../cli/plan-text.ts';
import { aPlan, aStep, aWaitingPlan } from '../domain/plans/plan-samples.ts';
import { noon } from '../domain/samples.ts';
import { adminToken } from '../gateway/fixture.ts';
import { replyOf, startPlanFixture, type PlanFixture } from '../gateway/plans/plan-fixture.ts';
import { vx11 } from './fixture.ts';

let fixture: PlanFixture;
let url: string;
beforeAll(async () => {
  fixture = await startPlanFixture({
    madre: {
      chat: async (call) => ({
        ...replyOf(call),
        ...(call.message === 'fail' && {
          status: 'ERROR' as const,
          warnings: ['llm_timeout'],
          degraded: true,
        }),
      }),
    },
  });
  url = await fixture.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => fixture.close());

const run = (line: string[]) => vx11(line, { VX11_URL: url, VX11_TOKEN: adminToken });

test('a plan to confirm shows every value of every step, without control characters', () => {
  const text = fc
    .string({ minLength: 1, maxLength: 40 })
    .map((value) => value.replaceAll(/\s+/g, '-'));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), text, (ids, action) => {
      const plan = aWaitingPlan({
        steps: [
          aStep({ type: 'CLOSE_WINDOW', params: { window_ids: ids, services: ['web'] } } as never),
          aStep({
            step_id: 's2',
            type: 'CALL_SHUB',
            params: { action, text: '\u001b[31mred' },
          } as never),
        ],
      });
      const shown = planText(plan, noon);
      for (const id of ids)
        expect(shown).toContain(JSON.stringify(id).replaceAll(/[\u007f-\u009f]+/g, ' '));
      expect(shown).not.toContain('\u001b');
      for (const part of ['CLOSE_WINDOW', 'CALL_SHUB', 'risk: HIGH', 'effect:', 'undo:'])
        expect(shown).toContain(part);
    }),
  );
});

test('what an agent says comes after the steps, quoted, short and on one line', () => {
  const reason = `to look"\n  risk: LOW, harmless\u001b[2J ${'x'.repeat(400)}`;
  const lines = planText(aWaitingPlan({ source: 'mcp', reason }), noon).split('\n');
  const said = lines.filter((line) => line.includes('harmless'));
  expect(said).toEqual([expect.stringMatching(/^  the agent says: "to look\\" risk: .*…"$/)]);
  expect(said[0]!.length).toBeLessThan(225);
  expect(lines.indexOf(said[0]!)).toBeGreaterThan(
    lines.findLastIndex((line) => line.includes('undo:')),
  );
  const ofPerson = planText(aWaitingPlan({ source: 'chat', reason: 'to look' }), noon);
  expect(ofPerson).toContain(', because to look');
});

test('a plan shows who approved it, what failed and why it ended', () => {
  const shown = planText(
    aWaitingPlan({
      status: 'ERROR',
      warnings: ['core_service: madre'],
      confirmation: {
        quorum: 2,
        no_self_approval: true,
        approvals: [{ by: 'bea', at: '' }],
        expires_at: '2026-01-05T12:10:00.000Z',
      },
      steps: [
        aStep({
          status: 'ERROR',
          error: { code: 'core_service', detail: 'it always runs' },
          depends_on: ['s0'],
          always: true,
        }),
      ],
      error: { code: 'core_service', detail: 's1: it always runs' },
    }),
    noon,
  );
  for (const part of [
    /bea \(1 of 2, not by the requester\)/,
    /warning: core_service/,
    /failed \[core_service\]/,
    /after s0, even if earlier steps failed/,
    /ended with/,
  ]) {
    expect(shown).toMatch(part);
  }
  expect(plansTable([])).toMatch(/No plans/);
  expect(plansTable([aPlan(), aWaitingPlan()], noon)).toMatch(
    /WAITING +HIGH +stop web +ada +until/,
  );
});

test('chat prints the answer, and a failure is exit code 1', async () => {
  expect(await run(['chat', 'hello', '--session', 'desk'])).toMatchObject({
    code: 0,
    out: 'heard: hello',
  });
  const failed = await run(['chat', 'fail']);
  expect(failed).toMatchObject({ code: 1, out: 'heard: fail' });
  expect(failed.err).toMatch(/warning: llm_timeout[^]*answered by fallback_local/);
  expect(JSON.parse((await run(['--json', 'chat', 'hello'])).out)).toMatchObject({
    status: 'DONE',
  });
  expect((await run(['chat'])).code).toBe(2);
});

test('a plan is listed, shown, and confirmed only with --yes or by a person', async () => {
  const { plan } = await fixture.waiting();
  const id = plan.plan_id;
  expect((await run(['plan', 'list', '--status', 'WAITING'])).out).toContain(id);
  expect((await run(['plan', 'show', id])).out).toMatch(/s1 {2}NOOP {2}PENDING/);
  const nobody = await run(['plan', 'confirm', id]);
  expect(nobody.code).toBe(3);
  expect(nobody.err).toMatch(
    /s1 {2}NOOP[^]*Standard input is not a terminal, so nobody can confirm the plan/,
  );
  const wrong = await run(['plan', 'confirm', id, '--yes', '--token', 'A'.repeat(22)]);
  expect(wrong.err).toMatch(/\[wrong_confirm_token\][^]*next: vx11 plan confirm/);
  const { after } = fixture.store.events;
  const readFrom: number[] = [];
  fixture.store.events.after = (seq, limit) => {
    readFrom.push(seq);
    return after(seq, limit);
  };
  await fixture.store.events.append([{ type: 'process.started', at: 1, actor: 'x' }]);
  const from = await fixture.store.events.newest();
  const confirming = run(['plan', 'confirm', id, '--yes']);
  await expect.poll(async () => (await fixture.store.plans.find(id))?.status).toBe('RUNNING');
  await fixture.store.plans.change(id, (known) => ({
    plan: { ...known, status: 'DONE', steps: [{ ...known.steps[0]!, status: 'DONE' }] },
    events: [],
  }));
  const confirmed = await confirming;
  expect(confirmed).toMatchObject({ code: 0, out: expect.stringMatching(/DONE/) as string });
  expect(confirmed.err.match(/s1 NOOP: DONE/g)).toHaveLength(1);
  // earlier steps are read from the plan, not from the whole event log
  expect(readFrom.filter((seq) => seq < from)).toEqual([]);
});

test('a plan is rejected or cancelled, and an unknown plan is exit code 3', async () => {
  const [one, two] = [await fixture.waiting(), await fixture.waiting()];
  expect((await run(['plan', 'reject', one.plan.plan_id, '--reason', 'no'])).out).toMatch(
    /is rejected/,
  );
  expect((await run(['plan', 'cancel', two.plan.plan_id])).out).toMatch(/is cancelled/);
  const unknown = await run(['plan', 'show', 'plan-00000000deadbeef']);
  expect([unknown.code, unknown.err]).toEqual([3, expect.stringMatching(/vx11 plan list/)]);
});

test('code is shown line by line, so that no line can hide behind a comment', () => {
  const code = 'x = 1 # harmless\nimport os\u2028\u001b[2Kos.remove("a")';
  const params = { task_type: 'python', code, ttl_seconds: 60 };
  const plan = aWaitingPlan({ steps: [aStep({ type: 'SPAWN', params } as never)] });
  expect(planText(plan, noon)).toContain(
    [
      '       code:',
      '         | x = 1 # harmless',
      '         | import os',
      '         | os.remove("a")',
    ].join('\n'),
  );
});
