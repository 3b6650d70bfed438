import { QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { EventRecord } from '../../contracts/event.ts';
import { coalesce } from '../../platform/concurrency/coalesce.ts';
import { read, send, type CallError, type Query } from './call.ts';
import { askAgainBy, forgetTime, learnTime, wantsSample } from './clock.ts';
import type { Status } from './answers.ts';

/** The kinds of answers that the page keeps, each with the address that it comes from. */
export type Resource =
  | 'status'
  | 'health'
  | 'services'
  | 'windows'
  | 'plans'
  | 'tasks'
  | 'checks'
  | 'suites'
  | 'schedules'
  | 'repairs'
  | 'patches'
  | 'models'
  | 'routing'
  | 'host_models'
  | 'programs'
  | 'drift'
  | 'incidents'
  | 'audio'
  | 'ants'
  | 'notices'
  | 'events'
  | 'chats'
  | 'tokens'
  | 'lanes'
  | 'autonomy';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // `read` has its own retries, and the browser's idea of being online is wrong on a machine without a network
      retry: false,
      networkMode: 'always',
      staleTime: Infinity,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
  },
});

interface ReadOptions<T> {
  enabled?: boolean;
  /** How often to read it again, for what no event tells of; null for an answer that stays. */
  everyMs?: (answer: T | undefined) => number | null;
}

/** Reads an address and keeps its answer until an event says that it may have changed. */
export function useRead<T>(
  resource: Resource,
  path: string,
  query: Query = {},
  { enabled = true, everyMs }: ReadOptions<T> = {},
): UseQueryResult<T, CallError> {
  return useQuery<T, CallError>({
    queryKey: [resource, path, query],
    queryFn: ({ signal }) => read<T>(path, { query, signal }),
    enabled,
    placeholderData: (before) => before,
    ...(everyMs !== undefined && {
      refetchInterval: ({ state }) => everyMs(state.data) ?? false,
    }),
  });
}

let etag: string | null = null;
let newest: Status | null = null;

/** Reads the status, which also tells the server's time. An unchanged status is not sent again. */
async function readStatus(signal: AbortSignal): Promise<Status> {
  const sent = performance.now();
  const known = newest;
  const answer = await send('GET', '/vx11/status', {
    signal,
    // only a whole answer tells the time
    ...(etag !== null &&
      known !== null &&
      !wantsSample() && { headers: { 'if-none-match': etag } }),
  });
  const received = performance.now();
  if (answer.status === 304 && known !== null) return known;
  etag = answer.headers.get('etag');
  newest = (await answer.json()) as Status;
  learnTime(newest.timestamp, sent, received);
  return newest;
}

export const useStatus = (): UseQueryResult<Status, CallError> =>
  useQuery<Status, CallError>({
    queryKey: ['status'],
    queryFn: ({ signal }) => readStatus(signal),
    retry: (failures, error) => failures < 3 && error.code === 'no_answer',
    retryDelay: 300,
  });

askAgainBy(() => markChanged(['status']));

const byFamily: Record<string, readonly Resource[]> = {
  window: ['status', 'windows', 'services', 'notices'],
  service: ['status', 'services'],
  image: ['status', 'windows'],
  catalog: ['status', 'services', 'health', 'suites', 'schedules', 'notices'],
  engine: ['status', 'health'],
  guard: ['status', 'health'],
  policy: ['status', 'windows'],
  process: ['status', 'health'],
  plan: ['plans', 'chats', 'repairs', 'patches', 'notices'],
  intent: ['chats'],
  spawn: ['tasks'],
  checks: ['checks', 'schedules', 'notices'],
  schedule: ['schedules', 'notices'],
  repair: ['repairs', 'patches', 'notices'],
  patch: ['patches', 'repairs', 'notices'],
  routing: ['routing'],
  model: ['host_models'],
  programs: ['programs'],
  drift: ['drift', 'notices'],
  incident: ['incidents', 'ants', 'notices'],
  audio: ['audio'],
  token: ['tokens'],
  autonomy: ['autonomy', 'plans'],
  rails: ['lanes', 'autonomy'],
};

/** What may have changed with an event. */
export const changedBy = ({ type }: Pick<EventRecord, 'type'>): readonly Resource[] => [
  ...(byFamily[type.slice(0, type.indexOf('.'))] ?? []),
  'events',
];

const dirty = new Set<string>();
const gatherMs = 50;
/** A hidden page reads again once it is seen; what it needs for its title is read at once. */
const alsoHidden = new Set<string>(['plans', 'status']);
let timer: ReturnType<typeof setTimeout> | undefined;

const refetch = coalesce(async () => {
  const hidden = document.visibilityState === 'hidden';
  const now = [...dirty].filter((resource) => !hidden || alsoHidden.has(resource));
  for (const resource of now) dirty.delete(resource);
  if (now.length === 0) return;
  await queryClient.invalidateQueries({
    predicate: ({ queryKey }) => now.includes(String(queryKey[0])),
  });
});

function refetchSoon(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    void refetch();
  }, gatherMs);
}

export function markChanged(resources: Iterable<Resource>): void {
  for (const resource of resources) dirty.add(resource);
  refetchSoon();
}

/** Everything may have changed. */
export function markAllChanged(): void {
  for (const { queryKey } of queryClient.getQueryCache().getAll()) dirty.add(String(queryKey[0]));
  refetchSoon();
}

/** After this long out of sight, timers and clocks of a page may have stood still. */
const hiddenMs = 60_000;

/** Reads again what changed while the page was hidden, once it is seen. */
export function followVisibility(): void {
  let hiddenAt = 0;
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') {
      hiddenAt = performance.now();
      return;
    }
    if (performance.now() - hiddenAt > hiddenMs) forgetTime();
    if (dirty.size > 0) refetchSoon();
  });
}
