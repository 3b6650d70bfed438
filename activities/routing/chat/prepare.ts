import { mayUse } from '../state/targets.ts';
import type { AskedBody } from './asked-body.ts';
import type { RoutingCall } from '../../../contracts/routing-call.ts';
import type {
  RequestFeatures,
  RoutingMode,
  RoutingWeights,
  TaskType,
} from '../../../contracts/routing.ts';
import { priorityOf } from '../../../domain/routing/capacity/priority.ts';
import { readChat, wantsJson, type ChatFacts } from '../../../domain/routing/request/read-chat.ts';
import { readEmbeddings } from '../../../domain/routing/request/read-embeddings.ts';
import { readModelName } from '../../../domain/routing/request/model-name.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';
import { taskTypeOf } from '../../../domain/routing/task-type.ts';
import { sha256 } from '../../../platform/hash.ts';
import type { ChatDeps } from './deps.ts';
import { RoutingError } from './reply.ts';

/** A request that was read: what the decision needs, and how its answer is given. */
export interface ReadRequest {
  body: AskedBody;
  call: RoutingCall;
  features: RequestFeatures;
  weights: RoutingWeights;
  conversation: string;
  stream: boolean;
  includeUsage: boolean;
  wantsJson: boolean;
  /** It asks for vectors, which come as a whole. */
  embeds: boolean;
  /** Its class in the line. */
  priority: number;
  /** Epoch ms; null without a deadline. */
  deadline_ms: number | null;
}

/** Reads a request. Throws `RoutingError` for a model that nothing has. */
export function readRequest(
  body: AskedBody,
  call: RoutingCall,
  deps: Pick<ChatDeps, 'catalog' | 'conversations' | 'facts' | 'mode' | 'clock'>,
): ReadRequest {
  const { options, owner_id } = call;
  const now = deps.clock();
  const named = readModelName(
    body.model,
    deps.catalog.current().targets.map(({ id }) => id),
  );
  if (named === null)
    throw new RoutingError(
      'model_not_found',
      `No target is called ${JSON.stringify(body.model)}. GET /v1/models lists them; "auto" chooses one.`,
      { param: 'model' },
    );
  const embeds = call.surface === 'embeddings';
  const facts = embeds ? readEmbeddings(body) : readChat(body);
  const conversation = options.conversation ?? sha256(facts.opening).slice(0, 32);
  const before = deps.conversations.find(owner_id, conversation);
  const mode: RoutingMode = (named.auto ? named.mode : null) ?? options.mode ?? deps.mode();
  const streamOptions = body['stream_options'] as { include_usage?: unknown } | null | undefined;
  return {
    body,
    call,
    weights: weightsOf[mode],
    conversation,
    stream: body.stream === true && !embeds,
    includeUsage: streamOptions?.include_usage === true,
    wantsJson: wantsJson(body),
    embeds,
    priority: priorityOf(call.source, body['service_tier']),
    deadline_ms: options.deadline_ms === undefined ? null : now + options.deadline_ms,
    features: {
      hash: sha256(JSON.stringify(body.messages ?? body.input)).slice(0, 32),
      type: embeds ? 'embed' : typeOf(facts, options.task_type ?? null, before?.type ?? null),
      bytes_in: facts.bytes_in,
      ...(facts.largest_part < 1 && { largest_part: facts.largest_part }),
      extra_tokens: facts.extra_tokens,
      max_output: outputOf(facts, call, named.auto ? null : named.target, deps),
      ...(facts.choices > 1 && { choices: facts.choices }),
      needs:
        facts.thinks && named.auto && someThink(call, deps)
          ? [...facts.needs, 'reasoning']
          : facts.needs,
      families: facts.families,
      data: options.data ?? 'any',
      max_cost_usd: options.max_cost_usd ?? null,
      budget_left_usd: deps.facts.budget.left(owner_id),
      deadline_seconds: options.deadline_ms === undefined ? null : options.deadline_ms / 1000,
      fallback: options.fallback !== 'off',
      wake: options.wake ?? (call.may_open ? 'allow' : 'never'),
      named: named.auto ? null : named.target,
      warm: deps.conversations.warm(before, now),
    },
  };
}

/**
 * Whether thoughts can be had without naming a model. Where none reasons they are a wish: many clients ask for them with every
 * request, and an answer without them is better than none.
 */
function someThink(call: RoutingCall, { catalog }: Pick<ChatDeps, 'catalog'>): boolean {
  const { models, providers } = catalog.current();
  const usable = new Set(providers.filter((one) => mayUse(one, call)).map(({ id }) => id));
  return [...models.values()].some(
    ({ auto, provider, target }) =>
      auto && usable.has(provider) && target.can.includes('reasoning'),
  );
}

/**
 * The longest answer that is asked for. Anthropic's form must name one, and its clients name the most that they can take: it is
 * cut to what the named target, or else any, can give.
 */
function outputOf(
  { max_output }: ChatFacts,
  { surface }: RoutingCall,
  named: string | null,
  { catalog }: Pick<ChatDeps, 'catalog'>,
): number | null {
  if (surface !== 'messages' || max_output === null) return max_output;
  const limits = catalog
    .current()
    .targets.filter(({ id }) => named === null || id === named)
    .map((target) => target.max_output ?? Infinity);
  return Math.min(max_output, Math.max(1, ...limits));
}

const typeOf = (facts: ChatFacts, said: TaskType | null, before: TaskType | null): TaskType =>
  taskTypeOf({
    said,
    before,
    texts: facts.texts,
    has_pictures: facts.has_pictures,
    has_audio: facts.has_audio,
    uses_tools: facts.uses_tools,
  });
