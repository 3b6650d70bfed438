import { useEffect } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { readMessages } from '../../client/sse-messages.ts';
import type { AudioJob } from '../../contracts/audio.ts';
import { createBackoff } from '../../platform/concurrency/retry.ts';
import { CallError, send } from './call.ts';
import { markChanged, queryClient, useRead } from './queries.ts';

const pauses = { firstMs: 500, longestMs: 15_000 };
/** A stream may be open for as long as its page is. */
const longestMs = 24 * 3_600_000;

const pathOf = (id: string): string => `/vx11/audio/jobs/${encodeURIComponent(id)}`;

/** An audio job, followed by its own stream while the page is seen, until it ends. */
export function useAudioJob(id: string): UseQueryResult<AudioJob, CallError> {
  const job = useRead<AudioJob>('audio', pathOf(id));
  const ended = job.data === undefined ? null : job.data.finished_at !== null;
  useEffect(() => {
    if (ended !== false) return undefined;
    let stop = new AbortController();
    const begin = (): void => {
      stop = new AbortController();
      void follow(id, stop.signal);
    };
    const onVisibility = (): void => {
      stop.abort();
      if (document.visibilityState === 'visible') begin();
    };
    begin();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      stop.abort();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [id, ended]);
  return job;
}

/** Each message has the whole job, so that a break loses nothing. */
async function follow(id: string, signal: AbortSignal): Promise<void> {
  let backoff = createBackoff(pauses);
  while (!signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream' };
      const answer = await send('GET', `${pathOf(id)}/events`, {
        headers,
        signal,
        withinMs: longestMs,
      });
      backoff = createBackoff(pauses);
      for await (const { event, data } of readMessages(answer.body!)) {
        if (event !== 'progress' && event !== 'end') continue;
        queryClient.setQueryData(['audio', pathOf(id), {}], JSON.parse(data) as AudioJob);
        if (event !== 'end') continue;
        markChanged(['audio']);
        return;
      }
    } catch (error) {
      if (signal.aborted || (error instanceof CallError && error.kind === 'refused')) return;
    }
    await new Promise((resolve) => setTimeout(resolve, backoff.nextMs()));
  }
}
