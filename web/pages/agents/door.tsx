import { useLocation, useSearchParams } from 'wouter';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { Status } from '../../live/answers.ts';
import { useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { Answer, Note, Section } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { agentsUntil, doorService, doorWindows } from '../../things/agents-door.ts';
import { OpenDialog } from '../../things/services/open-dialog.tsx';
import { words } from './words.ts';
import { DoorWindows } from './door-windows.tsx';

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
