import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { CallError } from '../live/call.ts';
import { Button } from './button.tsx';
import { Answer, Empty } from './page.tsx';

/** The most rows of one answer. */
const most = 200;

export interface Length {
  limit: number;
  grow(): void;
}

/** How many rows a list asks for. */
export function useLength(first = 50): Length {
  const [limit, setLimit] = useState(first);
  return { limit, grow: () => setLimit(most) };
}

/**
 * The rows of a list, or why there are none; older ones on request.
 * @param rows how many lines it keeps free while it loads
 * @param next the cursor of the answer: null if it has everything
 */
export function Listed<Data, Row>({
  of,
  rows,
  pick,
  next = cursorOf,
  length,
  empty,
  more,
  children,
}: {
  of: UseQueryResult<Data, CallError>;
  rows: number;
  pick: (data: Data) => readonly Row[];
  next?: (data: Data) => string | null;
  length: Length;
  empty: string;
  more: string;
  children: (rows: readonly Row[]) => React.ReactNode;
}) {
  return (
    <Answer of={of} rows={rows}>
      {(data) => {
        const shown = pick(data);
        return (
          <>
            {shown.length === 0 ? <Empty>{empty}</Empty> : children(shown)}
            {next(data) !== null && length.limit < most && (
              <Button onPress={length.grow}>{more}</Button>
            )}
          </>
        );
      }}
    </Answer>
  );
}

const cursorOf = (data: unknown): string | null =>
  (data as { next_cursor?: string | null }).next_cursor ?? null;
