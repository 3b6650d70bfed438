import { Link, useLocation, useSearchParams } from 'wouter';
import type { WindowView } from '../../../contracts/window.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { Status } from '../../live/answers.ts';
import { useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { Answer, Note, Section } from '../../parts/page.tsx';
import { Names, Quoted, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time, TimeLeft } from '../../parts/time.tsx';
import { agentsUntil, doorService, doorWindows } from '../../things/agents-door.ts';
import { OpenDialog } from '../../things/open-dialog.tsx';
import { WindowActs } from '../../things/window-acts.tsx';
import { WindowMark } from '../../things/window-mark.tsx';
import { words } from './words.ts';

const minutes = 30;

/** The switch for agents: the windows of `mcp`, who opened each, and until when. */
export function Door() {
  const t = useWords(words);
  const status = useStatus();
  const mayChange = useMay('operator');
  const [search] = useSearchParams();
  const [, go] = useLocation();
  const close = useCloseLayer('/agents');
  const exists = status.data?.services.some(({ name }) => name === doorService) === true;
  const shut = status.data !== undefined && agentsUntil(status.data.windows) === null;
  const letIn = mayChange && exists && shut && (
    <Button weight="primary" onPress={() => go('/agents?open')}>
      {t.letIn}
    </Button>
  );
  return (
    <Section title={t.door} aside={letIn}>
      <Answer of={status} rows={2}>
        {(data) => (
          <>
            <Verdict status={data} exists={exists} />
            {!mayChange && <Note>{t.viewer}</Note>}
            <DoorWindows windows={doorWindows(data.windows)} madre={data.madre_available} />
          </>
        )}
      </Answer>
      {search.has('open') && mayChange && exists && (
        <OpenDialog services={[doorService]} minutes={minutes} onClose={close} />
      )}
    </Section>
  );
}

function Verdict({ status, exists }: { status: Status; exists: boolean }) {
  const t = useWords(words);
  const until = agentsUntil(status.windows);
  if (!exists) return <Note tone="warn">{t.missing}</Note>;
  if (until === null) return <Note>{t.shut}</Note>;
  return (
    <Note tone="good">
      {until === Infinity ? (
        t.held
      ) : (
        <>
          {t.until} <Time at={until} />
        </>
      )}
    </Note>
  );
}

function DoorWindows({ windows, madre }: { windows: readonly WindowView[]; madre: boolean }) {
  const t = useWords(words);
  if (windows.length === 0) return null;
  const columns: Column<WindowView>[] = [
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
    },
    {
      key: 'reason',
      title: t.reason,
      cell: (one) => (one.reason === null ? t.noReason : <Quoted>{one.reason}</Quoted>),
    },
    { key: 'by', title: t.openedBy, cell: (one) => <Said>{one.owner}</Said> },
    {
      key: 'since',
      title: t.since,
      cell: (one) => (one.opened_at === null ? '' : <Time at={one.opened_at} />),
    },
    {
      key: 'ends',
      title: t.ends,
      cell: (one) =>
        one.state !== 'open' ? (
          ''
        ) : one.expires_at === null ? (
          t.noEnd
        ) : (
          <TimeLeft until={one.expires_at} madre={madre} />
        ),
    },
    { key: 'acts', title: t.acts, kind: 'acts', cell: (one) => <WindowActs window={one} /> },
  ];
  return (
    <Table caption={t.windows} columns={columns} rows={windows} keyOf={(one) => one.window_id} />
  );
}
