import type { ModelPull } from '../../../contracts/models.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { Cause } from '../../parts/cause.tsx';
import { useFilter } from '../../parts/filters.tsx';
import { Answer, Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { PullMark } from './progress.tsx';
import { pullName } from './pulls.tsx';
import { words } from './words.ts';

const whilePullingMs = 1000;
const hasEnded = ({ status }: ModelPull): boolean => status === 'ready' || status === 'failed';

/** How the pull that was asked for here ended, if it has; the address keeps its id. */
export function LastPull() {
  const [id] = useFilter('job');
  return id === '' ? null : <Job id={id} />;
}

function Job({ id }: { id: string }) {
  const t = useWords(words);
  const job = useRead<ModelPull>(
    'host_models',
    `/hermes/job/${encodeURIComponent(id)}`,
    {},
    { everyMs: (data) => (data === undefined || hasEnded(data) ? null : whilePullingMs) },
  );
  return (
    <Answer of={job} rows={1}>
      {(one) =>
        hasEnded(one) && (
          <Note tone={one.status === 'ready' ? 'good' : 'bad'}>
            <PullMark status={one.status} /> <Said>{pullName(one)}</Said>{' '}
            <Cause cause={one.cause} detail={one.detail} />
            {one.status === 'failed' && ` ${t.pullAgain}`}
          </Note>
        )
      }
    </Answer>
  );
}
