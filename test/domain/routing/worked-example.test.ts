import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explain } from '../../../domain/routing/explain.ts';
import { noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';
import { answers, asleep, decided, now, request, second, target } from './samples.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/routing.md'), 'utf8');

/** The situation of the example in docs/routing.md. */
function example() {
  const asked = request({ type: 'code', bytes_in: 8000, deadline_seconds: 10 });
  const beliefs = noBeliefs();
  const seen = (id: string, times: number, quality: number, seconds: number): void =>
    answers(beliefs, times, {
      target: id,
      request: asked,
      evidence: { feedback: quality },
      first_token_seconds: seconds,
      stream_seconds: 5,
      tokens_out: 400,
    });
  seen('big/coder', 60, 0.85, 0.9);
  seen('small/quick', 60, 0.62, 0.3);
  const targets = [
    target({ id: 'big/coder', quality: 0.8, price: { in: 3, out: 15, cached: 0.3 } }),
    target({ id: 'small/quick', quality: 0.6, price: { in: 0.2, out: 0.8, cached: 0.1 } }),
    target({ id: 'new/model', quality: 0.7, price: { in: 1, out: 4, cached: 0.5 } }),
    target({ id: 'fast/one', block: { reason: 'cooling', until_ms: now + 12 * second } }),
    target({ id: 'local/smol', price: { in: 0, out: 0, cached: 0 }, sleep: asleep() }),
  ];
  return { request: asked, targets, beliefs };
}

test.each(['BALANCED', 'HIGH-PERF'] as const)(
  'the example of the page is what %s decides',
  (mode) => {
    const record = decided({ ...example(), weights: weightsOf[mode], seed: 7 });
    const lines = explain(record).targets.map(
      ({ id, utility, success, quality, latency_seconds, cost_usd }) =>
        [
          id,
          utility.toFixed(3),
          success.toFixed(2),
          quality.toFixed(2),
          `${latency_seconds.toFixed(1)} s`,
          `${cost_usd.toFixed(4)} USD`,
        ].join(' '),
    );
    for (const line of [`why: ${record.why}`, ...lines]) expect(page).toContain(`${mode} ${line}`);
  },
);
