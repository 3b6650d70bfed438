import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planStep } from '../../../contracts/plan.ts';
import { makePlan } from '../../../domain/plans/make-plan.ts';
import { openable } from '../../../domain/plans/planning-context.ts';
import { anIntent, aRequest, aWorld, webWindow } from './plan-samples.ts';

test('every plan fits its schema, and closes every window that was not requested', () => {
  const words = fc.constantFrom(
    'open',
    'close',
    'stop',
    'delete',
    'restart',
    'run',
    '`ls`',
    '` `',
    '2 days',
    '999999d',
    '0 s',
    '1.5 hours',
    'half an hour',
    'mix',
    'scan',
    'web',
    'db',
    'all',
    'for',
    '5m',
    'status',
    'hold',
    'patch',
    'madre',
    'because',
  );
  const context = aWorld([webWindow()]);
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 12 }),
      fc.constantFrom('viewer', 'operator', 'admin'),
      (text, scope) => {
        const draft = makePlan(
          aRequest('', { intent: anIntent(text.join(' '), context), scope }),
          context,
        );
        if (!draft.ok) {
          expect(draft.error.code).not.toBe('invalid');
          return;
        }
        for (const step of draft.steps) planStep.parse(step);
        const opened = draft.steps.flatMap((step) =>
          step.type === 'OPEN_WINDOW' ? step.params.services : [],
        );
        for (const name of opened) expect(openable(context)).toContain(name);
        if (scope === 'viewer') expect(draft.reads).toBe(true);
        if (draft.reads) {
          for (const { type, risk } of draft.steps) {
            expect([type, risk]).toEqual([
              expect.stringMatching(/^(NOOP|SYSTEM_HEALTHCHECK)$/),
              'LOW',
            ]);
          }
        }
        const order = text.slice(0, text.includes('because') ? text.indexOf('because') : undefined);
        if (order.includes('delete'))
          expect(draft).toMatchObject({ reads: false, risk: { level: 'HIGH' } });
      },
    ),
  );
});
