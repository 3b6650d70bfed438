import { routingHeaders, type RoutingCall } from '../../../contracts/routing-call.ts';
import { routingTaskType } from '../../../contracts/routing.ts';
import { postInternal } from '../../../platform/network/internal-post.ts';
import { readJson, type Post } from '../../../platform/network/post.ts';
import type { Store } from '../../../store/index.ts';
import { broken, done, type RoleWork } from '../ports.ts';

/** What a step may call a question, besides the types of tasks. */
const plainActions: ReadonlySet<string> = new Set(['chat', 'ask', 'route', 'task']);
/** Everything that switch does for plans. */
export const switchActions: ReadonlySet<string> = new Set([
  ...plainActions,
  ...routingTaskType.options,
]);
/** Of an answer, so many characters stay in the plan; the rest is cut. */
const keptReply = 8000;
const deadlineMs = 120_000;

interface Completion {
  choices?: { message?: { content?: string | null } }[];
  /** A text where switch does not take the call at all. */
  error?: { code: string; message: string } | string;
}

interface SwitchAt {
  store: Store;
  url: string;
  key: string | null;
  /** Carries requests, such as with a client certificate. */
  post?: Post;
}

const refused = {
  code: 'switch_unavailable',
  message: 'switch does not take calls of madre: both need the same VX11_INTERNAL_KEY.',
};

/**
 * The work of switch for plans: the text of the step is answered by the target that fits best, on the account of the plan's
 * owner. Nothing is woken for it. A retry asks again.
 *
 * @param url of switch
 * @param key of the installation
 */
export const askSwitchForPlan =
  ({ store, url, key, post }: SwitchAt): RoleWork =>
  async (plan, { action, text }, signal) => {
    const type = routingTaskType.safeParse(action);
    if (!switchActions.has(action)) {
      const detail = `switch takes "chat", "ask" and types of tasks from plans, and no "${action}".`;
      return broken({ code: 'unknown_action', detail, may_retry: false });
    }
    const principal = (await store.plans.people(plan.plan_id))?.actor.principal ?? plan.actor;
    const call: RoutingCall = {
      owner: plan.actor,
      owner_id: principal,
      may_open: false,
      correlation_id: plan.correlation_id,
      surface: 'chat',
      source: 'madre',
      options: { deadline_ms: deadlineMs, ...(type.success && { task_type: type.data }) },
      woken: null,
    };
    const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: text }] });
    const limit = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    const at = new URL('/v1/chat/completions', url);
    const response = await postInternal(at, key, body, limit, routingHeaders(call), post);
    const { choices, error } = (await readJson(response)) as Completion;
    const decision_id = response.headers['x-vx11-decision'] ?? null;
    if (error !== undefined) {
      const { code, message: detail } = typeof error === 'object' ? error : refused;
      return broken({ code, detail }, { decision_id });
    }
    return done({
      decision_id,
      target: response.headers['x-vx11-target'] ?? null,
      reply: (choices?.[0]?.message?.content ?? '').slice(0, keptReply),
    });
  };
