import { z } from 'zod';
import { VX11Error } from '../../../contracts/errors.ts';
import { scriptType } from '../../../contracts/task.ts';
import { agentsDoor } from '../../../domain/plans/confirm-in-client.ts';
import { resolveService, resolveServices } from '../../reads/resolve-service.ts';
import { holdersOf } from '../../reads/snapshot.ts';
import { noSuchWindow } from '../../windows/answers.ts';
import { field } from '../fields.ts';
import { previewed, proposed, type Ask } from '../propose.ts';
import { defineTool, type AgentCall } from '../tool.ts';
import { restOfPlan } from './plans.ts';

const services = z.array(field.service).min(1).max(10);
const ttl = z.int().min(1).max(3600);
/** In seconds: a window lasts an hour at most, and a task needs a minute around it. */
const longestTask = 3540;
const taskTtl = z.int().min(1).max(longestTask);
const task = {
  task_type: scriptType,
  code: z.string().min(1).max(65_536),
  args: z.array(z.string().max(1024)).max(20).optional(),
  stdin: z.string().max(65_536).optional(),
  ttl_seconds: taskTtl.optional(),
  max_memory_mb: z.int().min(16).max(1_048_576).optional(),
};

async function openAsk(
  { context }: AgentCall,
  input: { services: string[]; ttl_seconds: number; host?: string | undefined },
): Promise<Omit<Ask, 'reason'>> {
  const { host } = resolveServices(await context.model.snapshot(), input.services, input.host);
  return { action: 'open_window', targets: input.services, ttl_seconds: input.ttl_seconds, host };
}

/** Closing takes windows of everybody's services and the agent's own; others are their owners'. */
async function closeAsk(
  { context, caller }: AgentCall,
  ids: string[],
): Promise<Omit<Ask, 'reason'>> {
  const { windows, owners } = await context.model.snapshot();
  for (const id of ids) {
    const view = windows.find(({ window_id }) => window_id === id);
    if (view === undefined) {
      const known = await context.store().windows.find(id);
      if (known === null) throw noSuchWindow(id);
      throw new VX11Error('window_ended', `${id} is ${known.state} already.`);
    }
    if (view.kind === 'operator' && owners.get(id) !== caller.principal) {
      throw new VX11Error(
        'scope',
        `${id} belongs to ${view.owner}; only they or an admin close it.`,
      );
    }
  }
  const params = { window_ids: ids, services: null };
  return { action: 'close_window', steps: [{ type: 'CLOSE_WINDOW', params }] };
}

async function awakeAsk(
  { context }: AgentCall,
  action: 'stop' | 'restart',
  input: { service: string; host?: string | undefined },
): Promise<Omit<Ask, 'reason'>> {
  const snapshot = await context.model.snapshot();
  const { host } = resolveService(snapshot, input.service, input.host, 'service');
  if (!holdersOf(snapshot, input.service).some((view) => view.host === host)) {
    throw new VX11Error('no_open_window', `${input.service} is asleep: no window holds it up.`);
  }
  return { action, targets: [input.service], host };
}

type TaskInput = z.infer<z.ZodObject<typeof task>>;

function runAsk({
  task_type,
  code,
  args,
  stdin,
  ttl_seconds = 300,
  max_memory_mb,
}: TaskInput): Omit<Ask, 'reason'> {
  const params = {
    task_type,
    code,
    ttl_seconds,
    ...(args !== undefined && { args }),
    ...(stdin !== undefined && { stdin }),
    ...(max_memory_mb !== undefined && { max_memory_mb }),
  };
  return { action: 'run', steps: [{ type: 'SPAWN', params }] };
}

export const openWindowTool = defineTool({
  name: 'vx11_open_window',
  title: 'Ask to open services',
  description:
    'Asks for services to be up for a time. Nothing starts: a plan waits up to 10 min for a person. Then call vx11_plan with wait_seconds. Asking again does not speed it up; asking for what is open renews it. When the time is over they go to sleep.',
  toolset: 'windows',
  kind: 'propose',
  steps: ['OPEN_WINDOW'],
  answersAsleep: (input) => input.services.every((name) => name === agentsDoor),
  rest: restOfPlan,
  input: z.strictObject({
    services,
    ttl_seconds: ttl,
    reason: field.reason,
    host: field.host.optional(),
    request_id: field.requestId.optional(),
  }),
  async run(input, call) {
    const { reason, request_id } = input;
    return proposed(call, 'vx11_open_window', {
      ...(await openAsk(call, input)),
      reason,
      request_id,
    });
  },
});

export const closeWindowTool = defineTool({
  name: 'vx11_close_window',
  title: 'Ask to close windows',
  description:
    'Asks to end windows before their time: what only they hold goes to sleep. Nothing is closed: a plan waits for a person. Then call vx11_plan. Windows end by themselves, so this is rarely needed.',
  toolset: 'windows',
  kind: 'propose',
  steps: ['CLOSE_WINDOW'],
  rest: restOfPlan,
  input: z.strictObject({
    window_ids: z.array(field.windowId).min(1).max(10),
    reason: field.reason,
    request_id: field.requestId.optional(),
  }),
  async run({ window_ids, reason, request_id }, call) {
    const ask = await closeAsk(call, window_ids);
    return proposed(call, 'vx11_close_window', { ...ask, reason, request_id });
  },
});

const oneService = z.strictObject({
  service: field.service,
  host: field.host.optional(),
  reason: field.reason,
  request_id: field.requestId.optional(),
});

export const stopServiceTool = defineTool({
  name: 'vx11_stop_service',
  title: 'Ask to stop a service',
  description:
    'Asks to take a service out of every window that holds it, of any owner (HIGH risk). Nothing stops: a plan waits for a person. Then call vx11_plan. To end only a window: vx11_close_window.',
  toolset: 'windows',
  kind: 'propose',
  steps: ['CLOSE_WINDOW'],
  rest: restOfPlan,
  input: oneService,
  async run({ reason, request_id, ...input }, call) {
    const ask = await awakeAsk(call, 'stop', input);
    return proposed(call, 'vx11_stop_service', { ...ask, reason, request_id });
  },
});

export const restartServiceTool = defineTool({
  name: 'vx11_restart_service',
  title: 'Ask to restart a service',
  description:
    'Asks to restart a running service inside its window; the window stays as it is (MED risk). Nothing restarts: a plan waits for a person. Then call vx11_plan. A service that sleeps is opened with vx11_open_window instead.',
  toolset: 'windows',
  kind: 'propose',
  steps: ['RESTART_SERVICE'],
  rest: restOfPlan,
  input: oneService,
  async run({ reason, request_id, ...input }, call) {
    const ask = await awakeAsk(call, 'restart', input);
    return proposed(call, 'vx11_restart_service', { ...ask, reason, request_id });
  },
});

export const runTaskTool = defineTool({
  name: 'vx11_run_task',
  title: 'Ask to run code',
  description:
    'Asks to run code once in a sandbox without network, environment or files of the host; a person sees the code whole. Nothing runs: a plan waits, and opens the spawner’s window if it sleeps. After DONE the plan names spawn_id: vx11_task, vx11_task_output.',
  toolset: 'tasks',
  kind: 'propose',
  // the windows are the plan's own: it opens and closes them around the task
  steps: ['SPAWN'],
  rest: restOfPlan,
  input: z.strictObject({ ...task, reason: field.reason, request_id: field.requestId.optional() }),
  async run({ reason, request_id, ...input }, call) {
    return proposed(call, 'vx11_run_task', { ...runAsk(input), reason, request_id });
  },
});

const previewReason = 'a preview, which is not stored';

export const previewTool = defineTool({
  name: 'vx11_preview',
  title: 'Preview a plan',
  description:
    'The plan that a request would become: exact steps, risk, what each does and how it is undone. Nothing is stored, nothing waits, nobody is asked. To ask for it: the tool of that action.',
  toolset: 'windows',
  kind: 'read',
  steps: [],
  rest: 'preview fewer services, or shorter code',
  input: z.strictObject({
    action: z.enum(['open', 'close', 'stop', 'restart', 'run_task']),
    services: services.describe('For open, stop and restart').optional(),
    window_ids: z.array(field.windowId).min(1).max(10).describe('For close').optional(),
    host: field.host.optional(),
    ttl_seconds: ttl.describe('Default 600; for run_task 300').optional(),
    task_type: scriptType.describe('For run_task').optional(),
    code: task.code.describe('For run_task').optional(),
  }),
  async run(input, call) {
    const ask = await previewAsk(input, call);
    return previewed(call, 'vx11_preview', { ...ask, reason: previewReason });
  },
});

interface PreviewInput {
  action: 'open' | 'close' | 'stop' | 'restart' | 'run_task';
  services?: string[] | undefined;
  window_ids?: string[] | undefined;
  host?: string | undefined;
  ttl_seconds?: number | undefined;
  task_type?: TaskInput['task_type'] | undefined;
  code?: string | undefined;
}

async function previewAsk(input: PreviewInput, call: AgentCall): Promise<Omit<Ask, 'reason'>> {
  const { action, services: names, window_ids, host, ttl_seconds, task_type, code } = input;
  if (action === 'open')
    return openAsk(call, {
      services: needed('services', names),
      ttl_seconds: ttl_seconds ?? 600,
      host,
    });
  if (action === 'close') return closeAsk(call, needed('window_ids', window_ids));
  if (action === 'run_task') {
    return runAsk({
      task_type: needed('task_type', task_type),
      code: needed('code', code),
      ...(ttl_seconds !== undefined && { ttl_seconds: Math.min(ttl_seconds, longestTask) }),
    });
  }
  const [service, more] = needed('services', names);
  if (more !== undefined) throw wrong('services', `name one service to ${action}`);
  return awakeAsk(call, action, { service: service!, host });
}

const wrong = (name: string, problem: string): VX11Error =>
  new VX11Error('invalid', `${name}: ${problem}`, { fields: [{ field: name, problem }] });

function needed<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw wrong(name, 'is needed for this action');
  return value;
}
