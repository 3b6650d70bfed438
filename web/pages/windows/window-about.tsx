import type { WindowView } from '../../../contracts/window.ts';
import { useWords } from '../../base/words.ts';
import { useStatus } from '../../live/queries.ts';
import { Facts } from '../../parts/page.tsx';
import { Id, Quoted, Said } from '../../parts/said.tsx';
import { Time, TimeLeft } from '../../parts/time.tsx';
import { WindowMark } from '../../things/window-mark.tsx';
import { words } from './words.ts';

/** Who opened a window, why, and until when. */
export function About({ window }: { window: WindowView }) {
  const t = useWords(words);
  const status = useStatus();
  const { host, owner, reason, expires_at, extensions, members, services } = window;
  const more = members.filter((name) => !services.includes(name));
  const limit = window.max_expires_at;
  return (
    <Facts
      of={[
        [t.state, <WindowMark key="state" window={window} />],
        [t.owner, <Said key="owner">{owner}</Said>],
        [t.reason, reason === null ? t.noReason : <Quoted key="reason">{reason}</Quoted>],
        [t.host, <Said key="host">{host}</Said>],
        window.state === 'open' && expires_at !== null
          ? [
              t.to,
              <TimeLeft key="to" until={expires_at} madre={status.data?.madre_available ?? true} />,
            ]
          : expires_at === null
            ? null
            : [t.deadlineWas, <Time key="deadline" at={expires_at} />],
        limit === null ? null : [t.most, <Time key="most" at={limit} />],
        extensions === 0 ? null : [t.extensions, extensions],
        more.length === 0 ? null : [t.members, <Said key="members">{more.join(', ')}</Said>],
        ['Id', <Id key="id">{window.window_id}</Id>],
      ]}
    />
  );
}
