import { useCallback } from 'react';
import type { ChannelView, NoticeMessage } from '../../../contracts/notice-message.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Names, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { SeverityMark } from '../../things/severity-mark.tsx';
import { words } from './words.ts';

/** The channels of the compose files, without their secrets. */
export function ChannelTable({ channels }: { channels: readonly ChannelView[] }) {
  const t = useWords(words);
  const columns: Column<ChannelView>[] = [
    { key: 'state', title: t.state, cell: (one) => <State of={one} /> },
    {
      key: 'name',
      title: t.channel,
      kind: 'main',
      cell: (one) => <Said>{one.name}</Said>,
      sort: (one, other) => one.name.localeCompare(other.name),
    },
    {
      key: 'to',
      title: t.leadsTo,
      cell: (one) => (
        <span>
          {one.type} <Said>{one.address}</Said>
        </span>
      ),
    },
    { key: 'host', title: t.host, cell: (one) => <Said>{one.host}</Said> },
    { key: 'events', title: t.events, cell: (one) => <Names>{one.events}</Names> },
    { key: 'least', title: t.least, cell: (one) => <SeverityMark of={one.severity} /> },
    { key: 'waiting', title: t.nWaiting, kind: 'num', cell: (one) => one.waiting },
    { key: 'dead', title: t.nDead, kind: 'num', cell: (one) => one.dead },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) => one.problems.length === 0 && <Test channel={one} />,
    },
  ];
  return (
    <Table
      caption={t.channels}
      columns={columns}
      rows={channels}
      keyOf={({ host, name }) => `${host} ${name}`}
    />
  );
}

function State({ of: { problems, dead } }: { of: ChannelView }) {
  const t = useWords(words);
  if (problems.length > 0)
    return (
      <span>
        <Mark shape="cross" tone="bad">
          {t.off}
        </Mark>{' '}
        <Said english>{problems.join('; ')}</Said>
      </span>
    );
  return dead > 0 ? (
    <Mark shape="warning" tone="warn">
      {t.someDead}
    </Mark>
  ) : (
    <Mark shape="full" tone="good">
      {t.works}
    </Mark>
  );
}

/** Sends a test message. */
function Test({ channel: { name, host } }: { channel: ChannelView }) {
  const t = useWords(words);
  const mayTest = useMay('operator');
  const blocked = useBlocked();
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const path = `/vx11/notices/channels/${encodeURIComponent(name)}/test`;
        await changeSurely<NoticeMessage>('POST', path, { body: { host }, key }, onLost);
        announce(t.tested(name));
        markChanged(['notices']);
      },
      [name, host, t],
    ),
  );
  if (!mayTest) return null;
  return (
    <>
      <Button
        about={name}
        busy={act.busy && t.asking}
        blocked={blocked}
        onPress={() => void act.run()}
      >
        {t.test}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
