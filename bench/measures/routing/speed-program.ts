/** Decides a million times with 40 targets, and prints its times and its memory as JSON. Its argument: how many times. Needs --expose-gc. */
import { weightsOf } from '../../../domain/routing/settings.ts';
import { decide } from '../../../domain/routing/decide.ts';
import { countDecision, noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { learn } from '../../../domain/routing/learning/learn.ts';
import { routingTaskType } from '../../../contracts/routing.ts';
import { residentMb } from '../../process.ts';
import { plainRequest, plainTarget } from './world.ts';

/** Resident memory once garbage is collected: what is kept. */
function collected(): number {
  gc!();
  return residentMb(process.pid);
}

const decisions = Number(process.argv[2]);
const targets = Array.from({ length: 40 }, (_, at) => ({
  ...plainTarget(`provider-${at % 7}/a-model-of-usual-name-${at}`),
  // each fourth one is out, for one reason or another
  can: at % 8 === 3 ? [] : (['tools', 'json'] as const).slice(),
  enabled: at % 8 !== 7,
  price: { in: 0.1 + at / 10, out: 0.4 + at / 3, cached: 0.05 },
  quality: 0.4 + (at % 10) / 20,
  first_token_seconds: 0.3 + (at % 5) / 4,
}));
const catalog = { version: '1', targets };
const beliefs = noBeliefs();
const types = routingTaskType.options;
const times = new Float64Array(decisions).fill(1); // in memory from the beginning
let [record, early, busy, rested] = ['', 0, 0, 0];
for (let at = 0; at < decisions; at += 1) {
  const type = types[at % types.length]!;
  const request = { ...plainRequest(type, 2000 + (at % 97) * 50), needs: ['tools' as const] };
  const began = performance.now();
  const decision = decide(request, catalog, beliefs, weightsOf.BALANCED, at * 100, at);
  times[at] = (performance.now() - began) * 1000;
  countDecision(beliefs, type, decision.explored);
  const failure = at % 50 === 0 ? 'failed' : null;
  learn(beliefs, {
    target: decision.chosen!,
    request,
    failure,
    evidence: { verdict: at % 3 > 0 },
    first_token_seconds: 0.5,
    stream_seconds: 2,
    tokens_out: 150,
    reported_tokens_in: 500,
  });
  if (at === Math.floor(decisions / 10)) early = collected();
  if (at === decisions - 1) {
    busy = residentMb(process.pid);
    rested = collected();
    record = JSON.stringify(decision);
  }
}
// the first ones are compiled while they run, and are counted too
const sorted = times.toSorted();
const at = (share: number): number =>
  sorted[Math.min(decisions - 1, Math.floor(share * decisions))]!;
console.log(
  JSON.stringify({
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    early_mb: early,
    busy_mb: busy,
    end_mb: rested,
    record_bytes: record.length,
    beliefs_bytes: JSON.stringify(beliefs).length,
  }),
);
