import { goDuration, parseGoDuration } from '../../domain/wake/go-duration.ts';
import { cleanLine } from '../../platform/clean-text.ts';
import { invalidRequest } from './fault.ts';
import type { Wanted } from './targets.ts';

/** A request to wake, as its address says it. */
export interface WakeRequest {
  /** Requests with the same key ask for the same. */
  key: string;
  wanted: Wanted;
  /** How long the services should stay awake, in ms; null: as their rules say. */
  ttlMs: number | null;
  /** What the window is opened for. */
  name: string;
  /** How long to wait, in ms; null: as the route does. */
  waitMs: number | null;
  showDetails: boolean;
  refreshMs: number;
  /** The status of forward auth while a service is not ready. */
  code: 401 | 503;
}

const mostNames = 20;
const nameLength = 100;
const leastTtlMs = 1000;
const refresh = { default: 5000, least: 1000, most: 60_000 };
/** The longest that a request may wait, in ms. */
const mostWaitMs = 600_000;

/** As Go's `strconv.ParseBool` reads them. */
const truths: Record<string, boolean> = Object.fromEntries([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true]),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false]),
]);

/**
 * Reads the query of a request. A theme is accepted and has no effect: there is one page.
 * @param waitField the parameter that says how long to wait
 * @throws WakeFault
 */
export function readWakeRequest(url: string, waitField: 'timeout' | 'wait'): WakeRequest {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length));
  const wanted = wantedBy(query);
  const display = cleanLine(query.get('display_name') ?? '').slice(0, nameLength);
  const called = 'group' in wanted ? wanted.group : wanted.names.join(', ');
  const refreshMs = durationOf(query, 'refresh_frequency', 0) ?? refresh.default;
  return {
    key: url,
    wanted,
    ttlMs: durationOf(query, 'session_duration', leastTtlMs),
    name: display === '' ? called : display,
    waitMs: waitOf(query, waitField),
    showDetails: detailsOf(query),
    refreshMs: Math.min(Math.max(refreshMs, refresh.least), refresh.most),
    code: codeOf(query),
  };
}

function wantedBy(query: URLSearchParams): Wanted {
  const names = query.getAll('names').flatMap((text) => text.split(',').filter(Boolean));
  const group = query.get('group') ?? '';
  if (names.length > 0 && group !== '')
    throw invalidRequest("'names' and 'group' query parameters are both set, only one must be set");
  if (group !== '') return { group };
  if (names.length === 0) throw invalidRequest("'names' or 'group' query parameter must be set");
  if (names.length > mostNames)
    throw invalidRequest(`a request names ${mostNames} services at most`);
  return { names: [...new Set(names)] };
}

/** A duration in ms; null if there is none. */
function durationOf(query: URLSearchParams, field: string, leastMs: number): number | null {
  const text = query.get(field);
  if (text === null || text === '') return null;
  const ms = parseGoDuration(text);
  if (ms === null) throw invalidRequest(`${field}: "${text}" is not a duration such as 5m0s`);
  if (ms < leastMs)
    throw invalidRequest(`${field}: "${text}" is shorter than ${goDuration(leastMs)}`);
  return ms;
}

function waitOf(query: URLSearchParams, field: string): number | null {
  const ms = durationOf(query, field, 0);
  return ms === null ? null : Math.min(ms, mostWaitMs);
}

function detailsOf(query: URLSearchParams): boolean {
  const text = query.get('show_details') ?? '';
  if (text === '') return true;
  const value = truths[text];
  if (value === undefined)
    throw invalidRequest(`show_details: "${text}" is neither true nor false`);
  return value;
}

function codeOf(query: URLSearchParams): 401 | 503 {
  const text = query.get('code') ?? '503';
  if (text !== '401' && text !== '503')
    throw invalidRequest(`code: "${text}" is neither 401 nor 503`);
  return text === '401' ? 401 : 503;
}
