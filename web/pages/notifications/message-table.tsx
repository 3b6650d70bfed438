import { useCallback } from 'react';
import type { MessageStatus, NoticeMessage } from '../../../contracts/notice-message.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { Notices } from './notices.tsx';
import { words } from './words.ts';

const looks: Record<MessageStatus, readonly [Shape, Tone]> = {
  waiting: ['clock', 'accent'],
  sent: ['check', 'good'],
  dead: ['cross', 'bad'],
  expired: ['dashed', 'calm'],
};

/** Messages, each with its notices, its tries, and why it could not be sent. */
export function MessageTable({ messages }: { messages: readonly NoticeMessage[] }) {
  const t = useWords(words);
  const columns: Column<NoticeMessage>[] = [
    {
      key: 'status',
      title: t.state,
      cell: ({ status }) => (
        <Mark shape={looks[status][0]} tone={looks[status][1]}>
          {t[status]}
        </Mark>
      ),
    },
    { key: 'channel', title: t.channel, cell: (one) => <Said>{one.channel}</Said> },
    { key: 'what', title: t.what, kind: 'main', cell: (one) => <Notices of={one} /> },
    {
      key: 'error',
      title: t.reason,
      cell: (one) => one.error !== null && <Said english>{one.error}</Said>,
    },
    {
      key: 'at',
      title: t.when,
      cell: (one) => <Time at={one.ended_at ?? one.created_at} />,
    },
    {
      key: 'next',
      title: t.nextTry,
      cell: (one) => one.next_at !== null && <Time at={one.next_at} />,
    },
    { key: 'tries', title: t.tries, kind: 'num', cell: (one) => one.attempts },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) => one.status === 'dead' && <Retry message={one} />,
    },
  ];
  return (
    <Table caption={t.outbox} columns={columns} rows={messages} keyOf={(one) => one.message_id} />
  );
}

/** Tries a dead message again, at once. */
function Retry({ message: { message_id, channel } }: { message: NoticeMessage }) {
  const t = useWords(words);
  const mayRetry = useMay('operator');
  const blocked = useBlocked();
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const path = `/vx11/notices/${message_id}/retry`;
        await changeSurely<NoticeMessage>('POST', path, { body: {}, key }, onLost);
        announce(t.retried);
        markChanged(['notices']);
      },
      [message_id, t],
    ),
  );
  if (!mayRetry) return null;
  return (
    <>
      <Button
        about={channel}
        busy={act.busy && t.asking}
        blocked={blocked}
        onPress={() => void act.run()}
      >
        {t.retry}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
