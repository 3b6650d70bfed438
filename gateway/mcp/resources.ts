import { errorAdvice } from '../../contracts/error-advice.ts';
import { errorCatalog, type ErrorCode } from '../../contracts/errors.ts';
import { planId } from '../../contracts/plan.ts';
import { taskId } from '../../contracts/task.ts';
import { windowId } from '../../contracts/text.ts';
import { scheme } from './content/scheme.ts';
import type { AgentCall } from './tool.ts';
import { wholePlan } from './tools/plans.ts';
import { servicesData, shownService } from './tools/services.ts';
import { statusData } from './tools/status.ts';
import { outputData, wholeTask } from './tools/tasks.ts';
import { wholeWindow } from './tools/windows.ts';

/** How many windows, plans and tasks the list shows of each. */
const newest = 16;
const mimeType = 'application/json';

export const resourceTemplates = [
  ['services/{name}', 'One service of the compose files'],
  ['windows/{id}', 'One window'],
  ['windows/{id}/receipt', 'How a window ended'],
  ['plans/{id}', 'One plan'],
  ['tasks/{id}', 'One task'],
  ['tasks/{id}/output/{stream}', 'The end of a task’s output: stdout or stderr'],
  ['errors/{code}', 'What an error means, and what to do'],
].map(([path, title]) => ({
  uriTemplate: `${scheme}${path}`,
  name: path!.replaceAll(/[{}]/g, ''),
  title: title!,
  mimeType,
}));

const resource = (path: string, title: string) => ({
  uri: `${scheme}${path}`,
  name: path,
  title,
  mimeType,
});

/** The resources that a client may show: the newest of each kind. */
export async function listResources({ context }: Pick<AgentCall, 'context'>) {
  const store = context.store();
  const [{ windows }, { plans }, { spawns }] = await Promise.all([
    store.windows.list({ limit: newest }),
    store.plans.list({ limit: newest }),
    store.tasks.list({ limit: newest }),
  ]);
  return [
    resource('status', 'Status'),
    resource('services', 'Services of the compose files'),
    ...windows.map((one) => resource(`windows/${one.window_id}`, `Window, ${one.state}`)),
    ...plans.map((one) => resource(`plans/${one.plan_id}`, `Plan, ${one.status}`)),
    ...spawns.map((one) => resource(`tasks/${one.spawn_id}`, `Task, ${one.state}`)),
  ];
}

type Context = AgentCall['context'];

async function windowAt(context: Context, id: string) {
  const view = windowId.safeParse(id).success ? await context.store().windows.find(id) : null;
  return view === null ? null : wholeWindow(view);
}

async function planAt(context: Context, id: string) {
  const plan = planId.safeParse(id).success ? await context.store().plans.find(id) : null;
  return plan === null ? null : wholePlan(plan);
}

async function taskAt(context: Context, id: string) {
  const view = taskId.safeParse(id).success ? await context.store().tasks.find(id) : null;
  return view === null ? null : wholeTask(view);
}

async function serviceAt(context: Context, name: string) {
  const { catalogs } = await context.model.snapshot();
  const found = catalogs.flatMap(({ host, services }) =>
    services.filter((one) => one.name === name).map((one) => shownService(host, one)),
  );
  return found.length === 0 ? null : { services: found };
}

function errorAt(code: string) {
  if (!(code in errorCatalog)) return null;
  const known = code as ErrorCode;
  return { error: known, ...errorCatalog[known], next: errorAdvice[known] };
}

/** Reads a resource. @returns null if there is none at this address */
export async function readResource(
  uri: string,
  { context, hide }: Pick<AgentCall, 'context' | 'hide'>,
): Promise<Record<string, unknown> | null> {
  if (!uri.startsWith(scheme)) return null;
  const [kind, id, part, stream, ...rest] = uri.slice(scheme.length).split('/');
  if (rest.length > 0) return null;
  if (id === undefined) {
    if (kind === 'status') return statusData({ context });
    return kind === 'services' ? servicesData({ context }) : null;
  }
  if (part === undefined) {
    if (kind === 'services') return serviceAt(context, id);
    if (kind === 'windows') return windowAt(context, id);
    if (kind === 'plans') return planAt(context, id);
    if (kind === 'tasks') return taskAt(context, id);
    return kind === 'errors' ? errorAt(id) : null;
  }
  if (kind === 'windows' && part === 'receipt' && stream === undefined) {
    const view = await windowAt(context, id);
    return view?.receipt == null ? null : { window_id: id, receipt: view.receipt };
  }
  if (kind !== 'tasks' || part !== 'output') return null;
  if (stream !== 'stdout' && stream !== 'stderr') return null;
  if ((await taskAt(context, id)) === null) return null;
  return outputData({ context, hide }, { spawn_id: id, stream });
}
