import { monitorEventLoopDelay } from 'node:perf_hooks';
import { placeholdersOf } from '../../../domain/checks/condition.ts';
import { masked, secretsOf } from '../../../domain/checks/secrets.ts';
import type { Facts } from '../../../domain/checks/evaluate.ts';
import type { Check } from '../../../domain/checks/suite.ts';
import { agentFor, exchange, type Exchange } from './http.ts';
import { faultOf } from './faults.ts';
import { smoke, smokeEvidence } from './openapi.ts';
import { judged, mostEvidence, printable, type Judged } from './judged.ts';
import { connects } from './tcp.ts';
import type { Probe, Probed } from './messages.ts';

/** A checker that was held up for longer than this, and than a quarter of the time limit, judges nothing. */
const mostLagMs = 250;

/** One try of a check of a URL. Never throws. */
export async function attempt({ check, context, addresses }: Omit<Probe, 'id'>): Promise<Probed> {
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const began = performance.now();
  const limit = AbortSignal.timeout(check.timeout_ms);
  const seen = await look(check, addresses, limit);
  const ms = performance.now() - began;
  lag.disable();
  const facts: Facts = {
    ...seen.facts,
    CONNECTED: seen.fault === null || seen.connected,
    RESPONSE_TIME: Math.round(ms),
    CONTEXT: context,
  };
  const lagMs = lag.max / 1e6;
  const heldUp = lagMs > Math.max(mostLagMs, check.timeout_ms / 4);
  const end = { ...judged(check, facts, seen), ms };
  if (end.status === 'passed' || !heldUp) return end;
  const detail = `the checker itself was held up for ${Math.round(lagMs)} ms; ${end.detail}`;
  return { ...end, status: 'inconclusive', cause: 'checker_pressed', detail };
}

interface Seen extends Judged {
  facts: Record<string, unknown>;
  connected: boolean;
}

async function look(
  check: Check,
  addresses: Probe['addresses'],
  limit: AbortSignal,
): Promise<Seen> {
  try {
    if (check.kind === 'tcp') {
      await connects(check.url!, addresses, limit);
      return { facts: {}, fault: null, connected: true, evidence: 'connected' };
    }
    if (check.kind === 'openapi') {
      const seen = await smoke(check, addresses, limit);
      const facts = { OPERATIONS: seen.operations, FAILED: seen.failed.length };
      return {
        facts,
        fault: null,
        connected: true,
        evidence: smokeEvidence(seen),
        note: seen.failed[0],
      };
    }
    const answer = await answerOf(check, addresses, limit);
    const facts = factsOf(answer);
    return { facts, fault: null, connected: true, evidence: evidenceOf(answer, secretsOf(check)) };
  } catch (error) {
    if (limit.aborted) {
      const detail = `no whole answer within ${check.timeout_ms} ms`;
      return {
        facts: {},
        fault: { cause: 'timeout', detail, late: true },
        connected: false,
        evidence: null,
      };
    }
    const { hostname } = new URL(check.url!.replace(/^tcp:/, 'http:'));
    const host = Object.hasOwn(addresses, hostname) ? addresses[hostname]! : hostname;
    const fault = await faultOf(error, { url: check.url!, host });
    const connected = /^(too_large|redirect|not_http|not_openapi)/.test(fault.cause);
    return { facts: {}, fault: { ...fault, late: false }, connected, evidence: null };
  }
}

async function answerOf(
  check: Check,
  addresses: Probe['addresses'],
  limit: AbortSignal,
): Promise<Exchange> {
  const agent = agentFor(check, addresses, false);
  try {
    return await exchange(agent, check, () => needsBody(check), limit);
  } finally {
    await agent.destroy().catch(() => undefined);
  }
}

/** What conditions read of an answer. */
export const factsOf = ({ status, body }: Exchange): Record<string, unknown> => ({
  STATUS: status,
  ...(body !== null && { BODY: json(body) }),
});

export const needsBody = ({ conditions, store }: Check): boolean =>
  [...conditions.flatMap(placeholdersOf), ...Object.values(store)].some(
    ({ name }) => name === 'BODY',
  );

/** A body that is not JSON stays a text. */
function json(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

const shownHeaders = ['content-type', 'location', 'server', 'retry-after'];

/** @param secrets are hidden before the body is cut: half a secret could not be found any more */
function evidenceOf({ status, headers, body }: Exchange, secrets: readonly string[]): string {
  const lines = shownHeaders.flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${String(headers[name])}`],
  );
  const text = printable(masked(body ?? '', secrets).slice(0, mostEvidence));
  return [`HTTP ${status}`, ...lines, ...(body === null ? [] : ['', text])].join('\n');
}
