import { useState } from 'react';
import { Button } from './button.tsx';
import { Empty } from './page.tsx';

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

/** The rows of a list, or why there are none; older ones on request. */
export function Listed({
  count,
  next,
  length,
  empty,
  more,
  children,
}: {
  count: number;
  /** The cursor of the answer: null if it has everything. */
  next: string | null;
  length: Length;
  empty: string;
  more: string;
  children: React.ReactNode;
}) {
  return (
    <>
      {count === 0 ? <Empty>{empty}</Empty> : children}
      {next !== null && length.limit < most && <Button onPress={length.grow}>{more}</Button>}
    </>
  );
}
