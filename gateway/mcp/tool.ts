import type { z } from 'zod';
import type { StepType } from '../../contracts/plan.ts';
import type { Caller } from '../http/caller.ts';
import type { GatewayContext } from '../context.ts';
import type { PlanControl } from '../plans/control.ts';
import type { HideSecrets } from './content/clean.ts';

export const toolsets = ['read', 'windows', 'tasks', 'talk'] as const;
export type Toolset = (typeof toolsets)[number];

/** What one connection may use: chosen by its address, and only ever narrower than the token. */
export interface Narrowing {
  toolsets: ReadonlySet<Toolset>;
  readOnly: boolean;
}

/** A request of an agent. */
export interface AgentCall {
  context: GatewayContext;
  plans: PlanControl;
  caller: Caller;
  correlationId: string;
  /** For text that is cut or searched before it leaves: afterwards a part of a secret would not be found. */
  hide: HideSecrets;
  /** The program of the agent, as it names itself. */
  client: string | null;
  /** Aborted when the agent no longer waits, or the window of `mcp` ended. */
  signal: AbortSignal;
  /** Reports a change to a waiting agent; `part` is from 0 to 1. Await it before a result: nothing follows that. */
  progress(message: string, part: number): Promise<void>;
}

/** A result: a sentence for the model, and data. Strings that others wrote are in fields named `untrusted_…`. */
export interface ToolAnswer {
  say: string;
  data: Record<string, unknown>;
}

/** Words, or the resource that has the whole of these data. */
export type Rest = string | { path(data: Record<string, unknown>): string };

export interface Tool<Input extends z.ZodType = z.ZodType> {
  name: string;
  title: string;
  /** At most 350 characters: what it does, what it does not, what comes next. */
  description: string;
  toolset: Toolset;
  input: Input;
  /** `read` changes nothing, `propose` makes a plan that waits, `withdraw` takes back a plan of the agent's own. */
  kind: 'read' | 'propose' | 'withdraw';
  /** The steps of the plans that it proposes; its annotations follow from them. */
  steps: readonly StepType[];
  /** Answers while `mcp` sleeps, for these arguments. */
  answersAsleep?(input: z.output<Input>): boolean;
  /** How to get what did not fit into a result. */
  rest: Rest;
  run(input: z.output<Input>, call: AgentCall): Promise<ToolAnswer>;
}

export const defineTool = <Input extends z.ZodType>(tool: Tool<Input>): Tool => tool;

/** Steps that take something away from people who use it. */
const takesAway: ReadonlySet<StepType> = new Set(['CLOSE_WINDOW', 'RESTART_SERVICE']);

/** What a host may tell a person about a tool; it follows from the steps that the tool proposes. */
export const annotationsOf = ({ title, kind, steps }: Tool) => ({
  title,
  readOnlyHint: kind === 'read',
  destructiveHint: kind === 'propose' && steps.some((step) => takesAway.has(step)),
  idempotentHint: kind !== 'propose',
  openWorldHint: false,
});
