import type { WindowView } from '../../../contracts/window.ts';
import { nameOf } from '../../things/window-acts.tsx';
import { Row } from './window-row.tsx';

export type Sort = 'ends' | 'newest' | 'name';
export const sortOf = (text: string | null): Sort =>
  text === 'newest' || text === 'name' ? text : 'ends';

const endOf = ({ expires_at }: WindowView): string => expires_at ?? '9';
const orders: Record<Sort, (one: WindowView, other: WindowView) => number> = {
  ends: (one, other) => endOf(one).localeCompare(endOf(other)),
  newest: (one, other) => other.requested_at.localeCompare(one.requested_at),
  name: (one, other) => nameOf(one).localeCompare(nameOf(other)),
};

export const Windows = ({
  windows,
  sort,
  madre,
}: {
  windows: readonly WindowView[];
  sort: Sort;
  madre: boolean;
}) =>
  windows
    .toSorted(orders[sort])
    .map((window) => <Row key={window.window_id} window={window} madre={madre} />);
