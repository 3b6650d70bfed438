import type { IncomingHttpHeaders } from 'node:http';
import { routeOptions, type RouteOptions } from '../../contracts/routing-call.ts';
import { FrontError } from './failure.ts';

const text = (value: string): string => value;
const upper = (value: string): string => value.toUpperCase();

/** The headers that say how a request is routed, their fields, and how their text is read. */
const fields: readonly [header: string, keyof RouteOptions, (value: string) => unknown][] = [
  ['x-vx11-mode', 'mode', upper],
  ['x-vx11-task-type', 'task_type', text],
  ['x-vx11-max-cost-usd', 'max_cost_usd', Number],
  ['x-vx11-deadline-ms', 'deadline_ms', Number],
  ['x-vx11-wake', 'wake', text],
  ['x-vx11-fallback', 'fallback', text],
  ['x-vx11-data', 'data', text],
  ['x-vx11-conversation', 'conversation', text],
  ['x-vx11-seed', 'seed', Number],
];

/** Reads the headers `x-vx11-*`. Throws `invalid_request` that names the first wrong one. */
export function readOptions(headers: IncomingHttpHeaders): RouteOptions {
  const sent: Record<string, unknown> = {};
  for (const [header, field, read] of fields) {
    const value = headers[header];
    if (typeof value === 'string' && value !== '') sent[field] = read(value);
  }
  const parsed = routeOptions.safeParse(sent);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const header = fields.find(([, field]) => field === path[0])?.[0] ?? 'x-vx11-*';
  throw new FrontError('invalid_request', `${header}: ${message}`, { param: header });
}
