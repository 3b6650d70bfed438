import { Link } from 'wouter';
import type { WindowView } from '../../contracts/window.ts';
import type { Column } from '../parts/table.tsx';
import { Names, Quoted } from '../parts/said.tsx';
import { WindowMark } from './window-mark.tsx';

/** The columns that lists of windows begin with. Their titles are in the words of the page. */
export const windowColumns = (t: {
  state: string;
  services: string;
  reason: string;
  noReason: string;
}): Column<WindowView>[] => [
  { key: 'state', title: t.state, cell: (one) => <WindowMark window={one} /> },
  {
    key: 'services',
    title: t.services,
    kind: 'main',
    cell: (one) => (
      <Link to={`/windows/${one.window_id}`}>
        <Names>{one.services}</Names>
      </Link>
    ),
    sort: (one, other) => one.services.join().localeCompare(other.services.join()),
  },
  {
    key: 'reason',
    title: t.reason,
    cell: (one) => (one.reason === null ? t.noReason : <Quoted>{one.reason}</Quoted>),
  },
];
