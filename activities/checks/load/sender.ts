import { monitorEventLoopDelay } from 'node:perf_hooks';
import { factsOf, needsBody } from '../probe/attempt.ts';
import { agentFor, exchange } from '../probe/http.ts';
import { judged } from '../probe/judged.ts';
import type { Sent, ToSender } from './messages.ts';

/** How often the next requests are sent, and how often the parent hears what happened, in ms. */
const tickMs = 5;
const tellMs = 100;
/** What was held up is caught up with for this long, in seconds. */
const catchUpS = 0.25;

type Begin = Extract<ToSender, { kind: 'begin' }>;
type SetPace = Extract<ToSender, { kind: 'pace' }>;

/** Sends the same request many times, at the pace that is set. */
export function startSender(
  { check, context, addresses, requests }: Begin,
  tell: (sent: Sent) => void,
): { pace: (next: SetPace) => void } {
  const agent = agentFor(check, addresses, true);
  const reads = needsBody(check);
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  let { rate, concurrency } = { rate: 0, concurrency: 0 };
  let [sent, ended, failed, underWay, tokens] = [0, 0, 0, 0, 0];
  let latencies: number[] = [];
  let reason: string | null = null;
  let last = performance.now();

  const one = async (): Promise<void> => {
    const began = performance.now();
    let why: string | null;
    try {
      const answer = await exchange(
        agent,
        check,
        () => reads,
        AbortSignal.timeout(check.timeout_ms),
      );
      const ms = performance.now() - began;
      latencies.push(ms);
      const more = { CONNECTED: true, RESPONSE_TIME: Math.round(ms), CONTEXT: context };
      const facts = { ...factsOf(answer), ...more };
      why = judged(check, facts, { fault: null, evidence: null }).detail;
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    underWay -= 1;
    ended += 1;
    if (why === null) return;
    failed += 1;
    reason ??= why;
  };

  const tick = (): void => {
    const now = performance.now();
    tokens = Math.min(tokens + (rate * (now - last)) / 1000, rate * catchUpS + 1);
    last = now;
    while (tokens >= 1 && sent < requests && underWay < concurrency) {
      tokens -= 1;
      sent += 1;
      underWay += 1;
      void one();
    }
  };
  const report = (): void => {
    const { user, system } = process.cpuUsage();
    const cpu_ms = (user + system) / 1000;
    tell({ latencies, ended, failed, reason, sent, cpu_ms, lag_ms: lag.max / 1e6 });
    latencies = [];
    [ended, failed, reason] = [0, 0, null];
    lag.reset();
  };
  setInterval(tick, tickMs);
  setInterval(report, tellMs);
  return { pace: (next) => void ({ rate, concurrency } = next) };
}
