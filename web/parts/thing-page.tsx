import type { UseQueryResult } from '@tanstack/react-query';
import type { CallError } from '../live/call.ts';
import { LinkButton } from './button.tsx';
import { Answer, Empty, Page } from './page.tsx';
import { Said } from './said.tsx';

/** Whether what was asked for is not there; an id of the wrong form is not there either. */
export const isAbsent = ({ error }: { error: CallError | null }): boolean =>
  error?.problem.status === 404 || error?.problem.status === 422;

/** The page of one thing. One that is not there is said in whole words, with a way back. */
export function ThingPage<T>({
  id,
  of,
  title,
  aside,
  rows = 6,
  absent,
  back: [to, backText],
  children,
}: {
  id: string;
  of: UseQueryResult<T, CallError>;
  title: (data: T) => string;
  aside?: (data: T) => React.ReactNode;
  rows?: number;
  absent: string;
  back: readonly [to: string, text: string];
  children: (data: T) => React.ReactNode;
}) {
  if (isAbsent(of)) {
    return (
      <Page title={<Said>{id}</Said>}>
        <Empty act={<LinkButton to={to}>{backText}</LinkButton>}>{absent}</Empty>
      </Page>
    );
  }
  const { data } = of;
  return (
    <Page
      title={<Said>{data === undefined ? id : title(data)}</Said>}
      aside={data !== undefined && aside?.(data)}
    >
      <Answer of={of} rows={rows}>
        {children}
      </Answer>
    </Page>
  );
}
