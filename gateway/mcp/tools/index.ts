import type { Caller } from '../../http/caller.ts';
import { includes } from '../../http/route-policy.ts';
import type { Narrowing, Tool } from '../tool.ts';
import {
  closeWindowTool,
  openWindowTool,
  previewTool,
  restartServiceTool,
  runTaskTool,
  stopServiceTool,
} from './change.ts';
import { eventsTool } from './events.ts';
import { planTool, plansTool } from './plans.ts';
import { servicesTool } from './services.ts';
import { statusTool } from './status.ts';
import { askTool, withdrawPlanTool } from './talk.ts';
import { taskOutputTool, tasksTool, taskTool } from './tasks.ts';
import { windowsTool, windowTool } from './windows.ts';

/** All tools, in the order in which every list shows them. */
export const tools: readonly Tool[] = [
  statusTool,
  servicesTool,
  windowsTool,
  windowTool,
  eventsTool,
  plansTool,
  planTool,
  tasksTool,
  taskTool,
  taskOutputTool,
  previewTool,
  openWindowTool,
  closeWindowTool,
  stopServiceTool,
  restartServiceTool,
  runTaskTool,
  askTool,
  withdrawPlanTool,
];

/** Whether this caller, on this connection, may use a tool. */
export const mayUse = (
  { kind, toolset, name }: Tool,
  { scope }: Pick<Caller, 'scope'>,
  { toolsets, readOnly }: Narrowing,
): boolean =>
  (kind === 'read' || (!readOnly && includes(scope, 'agent'))) &&
  // plans and status are the other half of every request
  (toolsets.has(toolset) || (name === 'vx11_withdraw_plan' && toolsets.has('tasks')));
