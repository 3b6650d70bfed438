import { useSearchParams } from 'wouter';
import type { Incident } from '../../../contracts/incidents.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button, Buttons } from '../../parts/button.tsx';
import { Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { About } from './about.tsx';
import { EndDialog } from './end-dialog.tsx';
import { Evidence } from './evidence.tsx';
import { isLive } from './status-mark.tsx';
import { Suggestions } from './suggestions.tsx';
import { words } from './words.ts';

/** One incident: what was seen, since when, and what may help. */
export function IncidentPage({ id }: { id: string }) {
  const t = useWords(words);
  const mayAct = useMay('operator');
  const [search] = useSearchParams();
  const close = useCloseLayer(`/incidents/${id}`);
  const incident = useRead<Incident>('incidents', `/hormiguero/incidents/${id}`);
  const act = search.has('ack') ? 'ack' : search.has('resolve') ? 'resolve' : null;
  return (
    <ThingPage
      id={id}
      of={incident}
      title={({ title }) => title}
      aside={(one) => mayAct && isLive(one) && <Acts of={one} />}
      absent={t.notHere}
      back={['/incidents', t.back]}
    >
      {(one) => (
        <>
          {!mayAct && <Note>{t.viewer}</Note>}
          <About of={one} />
          <p>
            <Said english>{one.description}</Said>
          </p>
          <Suggestions of={one} />
          <Evidence of={one} />
          {act !== null && mayAct && isLive(one) && (
            <EndDialog incident={one} act={act} onClose={close} />
          )}
        </>
      )}
    </ThingPage>
  );
}

function Acts({ of: { status } }: { of: Incident }) {
  const t = useWords(words);
  const blocked = useBlocked();
  const [, setSearch] = useSearchParams();
  return (
    <Buttons>
      <Button blocked={blocked} onPress={() => setSearch({ resolve: '' })}>
        {t.resolve}
      </Button>
      {status === 'open' && (
        <Button weight="primary" blocked={blocked} onPress={() => setSearch({ ack: '' })}>
          {t.ack}
        </Button>
      )}
    </Buttons>
  );
}
