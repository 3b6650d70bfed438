import { useSearchParams } from 'wouter';
import type { ModelListAnswer } from '../../../contracts/models.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { Answer, Empty, Note, Page, Section } from '../../parts/page.tsx';
import { Asleep, useRole } from '../../things/services/asleep.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { Caps } from './caps.tsx';
import { LastPull } from './last-pull.tsx';
import { ModelTable } from './model-table.tsx';
import { Programs } from './programs.tsx';
import { PullDialog } from './pull-dialog.tsx';
import { Pulls } from './pulls.tsx';
import { words } from './words.ts';

/** The log has an event for the end of a pull, and none for each part of it. */
const whilePullingMs = 1000;

/** The models of each host and those that are being brought, and the programs that were found. */
export default function Models() {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer('/models');
  const stale = useBlocked();
  const role = useRole('hermes');
  const models = useRead<ModelListAnswer>(
    'host_models',
    '/hermes/models',
    {},
    { everyMs: (data) => ((data?.pulls.length ?? 0) > 0 ? whilePullingMs : null) },
  );
  const { data } = models;
  const mayPull = mayChange && data?.downloads === true;
  const blocked = role === 'up' ? stale : t.openFirst;
  return (
    <Page
      title={t.title}
      aside={
        mayPull && (
          <Button weight="primary" blocked={blocked} onPress={() => setSearch({ pull: '' })}>
            {t.pull}
          </Button>
        )
      }
    >
      {!mayChange && <Note>{t.viewer}</Note>}
      <Asleep service="hermes" />
      {data?.downloads === false && <Note>{t.downloadsOff}</Note>}
      <LastPull />
      <Answer of={models} rows={5}>
        {({ models: rows, pulls, caps }) => (
          <>
            <Pulls pulls={pulls} />
            <Section title={t.models} count={rows.length}>
              <Caps models={rows} caps={caps} />
              {rows.length === 0 ? <Empty>{t.noModels}</Empty> : <ModelTable models={rows} />}
            </Section>
          </>
        )}
      </Answer>
      <Programs />
      {search.has('pull') && mayPull && <PullDialog onClose={close} />}
    </Page>
  );
}
