import type { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { sha256 } from '../../platform/hash.ts';
import { insideDoor } from './door.ts';
import { planIn, resultOf, resultOfError, type CallResult } from './content/result.ts';
import { mayUse } from './tools/index.ts';
import type { AgentCall, Narrowing, Tool } from './tool.ts';

type Issue = z.core.$ZodIssue;

/** A number that was sent as text gets the fix named. */
function problemOf(issue: Issue, input: unknown): string {
  const field = issue.path.join('.');
  const sent = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
  if (issue.code === 'invalid_type' && typeof sent === 'string' && /^-?\d+$/.test(sent)) {
    return `${field}: send the number ${sent}, without quotes`;
  }
  const what = issue.code === 'invalid_type' && sent === undefined ? 'is missing' : issue.message;
  return field === '' ? what : `${field}: ${what}`;
}

function parsed<Input>(schema: z.ZodType<Input>, input: unknown): Input {
  const { data, error } = schema.safeParse(input);
  if (error === undefined) return data;
  const problems = error.issues.slice(0, 5).map((issue) => problemOf(issue, input));
  throw new VX11Error('invalid', problems.join('; '));
}

async function carryOut(
  tool: Tool,
  input: unknown,
  narrowing: Narrowing,
  call: Omit<AgentCall, 'signal'>,
  gone: AbortSignal,
): ReturnType<Tool['run']> {
  const { scope } = call.caller;
  if (!mayUse(tool, call.caller, narrowing)) {
    throw new VX11Error(
      'scope',
      scope === 'viewer'
        ? `${tool.name} needs a token of scope agent; yours is viewer`
        : `${tool.name} is not among the tools of this connection`,
    );
  }
  const args = parsed(tool.input, input);
  if (tool.answersAsleep?.(args) === true) {
    return tool.run(args, { ...call, signal: gone });
  }
  return insideDoor(call.context, gone, (signal) => tool.run(args, { ...call, signal }));
}

/** Calls a tool for an agent. Never throws: what went wrong is a result that says what to do next. */
export async function callTool(
  tool: Tool,
  input: unknown,
  narrowing: Narrowing,
  call: Omit<AgentCall, 'signal'>,
  gone: AbortSignal,
): Promise<CallResult> {
  const began = performance.now();
  const { context, caller, correlationId, client, hide } = call;
  let outcome = 'ok';
  let plan_id: string | undefined;
  try {
    const answer = await carryOut(tool, input, narrowing, call, gone);
    plan_id = planIn(answer.data);
    return resultOf(answer, tool.rest, hide);
  } catch (error) {
    outcome = gone.aborted ? 'cancelled' : error instanceof VX11Error ? error.code : 'internal';
    if (outcome === 'internal') {
      context.logger.error({ err: error, correlation_id: correlationId }, 'a tool failed');
    }
    return resultOfError(error, correlationId, hide);
  } finally {
    context.metrics.agentCalls.inc({ tool: tool.name, outcome });
    const line = {
      correlation_id: correlationId,
      actor: caller.name,
      actor_id: caller.principal,
      client,
      tool: tool.name,
      arguments_sha256: sha256(JSON.stringify(input ?? null)),
      outcome,
      ...(plan_id !== undefined && { plan_id }),
      ms: Math.round(performance.now() - began),
    };
    context.logger.info(line, 'an agent called a tool');
  }
}
