import { readDescription, type Operation } from '../../../domain/checks/openapi-description.ts';
import { documentedAnswer, isJson } from '../../../domain/checks/documented-answer.ts';
import type { Check } from '../../../domain/checks/suite.ts';
import { agentFor, exchange, Unusable } from './http.ts';
import { validatorFor } from './body-schema.ts';

/** What one request of the check may take, in ms, so that one silent answer does not use up the others' time. */
const eachMs = 5000;
const mostShown = 20;

/** What a smoke test of a description saw. */
export interface Smoke {
  operations: number;
  /** Operations whose answer is not as documented, with the reason. */
  failed: string[];
}

/**
 * Reads an OpenAPI description and sends its GETs that need no parameter. Every status has to be documented, and every body
 * of JSON has to fit its schema.
 * @throws Unusable, and errors of the connection to the description
 */
export async function smoke(
  check: Check,
  addresses: Readonly<Record<string, string>>,
  limit: AbortSignal,
): Promise<Smoke> {
  const agent = agentFor(check, addresses, false);
  try {
    const { status, body } = await exchange(agent, check, () => true, limit);
    const document = status === 200 ? parsed(body) : undefined;
    const description = readDescription(document);
    if (description === null) {
      const detail = `${check.url!} is no OpenAPI 3 description in JSON (status ${status})`;
      throw new Unusable('not_openapi', detail);
    }
    const validate = validatorFor(document as object, description);
    const failed: string[] = [];
    for (const operation of description.operations) {
      const problem = await problemOf(operation);
      if (problem !== null) failed.push(`GET ${operation.path}: ${problem}`);
    }
    return { operations: description.operations.length, failed };

    async function problemOf(operation: Operation): Promise<string | null> {
      const own = AbortSignal.timeout(Math.min(eachMs, check.timeout_ms));
      const url = new URL(operation.path, check.url!).href;
      try {
        const answer = await exchange(
          agent,
          { ...check, url, method: 'GET', body: null },
          ({ 'content-type': type }) => isJson(String(type ?? '')),
          AbortSignal.any([limit, own]),
        );
        const type = String(answer.headers['content-type'] ?? '');
        const { schema, problem } = documentedAnswer(operation, answer.status, type);
        return problem ?? (schema === null ? null : validate(schema, parsed(answer.body)));
      } catch (error) {
        if (limit.aborted) throw error;
        if (own.aborted) return `no whole answer within ${eachMs} ms`;
        return error instanceof Error ? error.message : String(error);
      }
    }
  } finally {
    await agent.destroy().catch(() => undefined);
  }
}

/** What a report shows of it. */
export const smokeEvidence = ({ operations, failed }: Smoke): string =>
  [
    `${operations} GET operations without parameters, ${failed.length} not as documented`,
    ...failed.slice(0, mostShown),
    ...(failed.length > mostShown ? [`and ${failed.length - mostShown} more`] : []),
  ].join('\n');

function parsed(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '') as unknown;
  } catch {
    return undefined;
  }
}
