import type { ProvidersView } from '../../../contracts/switch.ts';
import type { RoutingKnown } from '../../../contracts/switch-known.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Answer, Empty, Note, Page, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Asleep } from '../../things/services/asleep.tsx';
import { Cost } from './cost.tsx';
import { Decisions } from './decisions.tsx';
import { lookMs } from './look.ts';
import { Mode } from './mode.tsx';
import { Providers } from './providers.tsx';
import { Targets } from './targets.tsx';
import { words } from './words.ts';

/** Which models answer, what is known of each, what they cost, and why each was chosen. */
export function Overview() {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const every = { everyMs: () => lookMs };
  const providers = useRead<ProvidersView>('routing', '/switch/providers', {}, every);
  const known = useRead<RoutingKnown>('routing', '/switch/targets', {}, every);
  return (
    <Page title={t.title} aside={known.data !== undefined && <Mode now={known.data.mode} />}>
      {!mayChange && <Note>{t.viewer}</Note>}
      <Asleep service="switch" />
      {providers.data?.notes.map((note) => (
        <Note key={note} tone="warn">
          <Said english>{note}</Said>
        </Note>
      ))}
      <Answer of={providers} rows={6}>
        {(data) =>
          data.providers.length === 0 ? (
            <Empty>{t.noProviders}</Empty>
          ) : (
            <>
              <Targets providers={data.providers} known={known.data} />
              <Providers providers={data.providers} />
            </>
          )
        }
      </Answer>
      <Section title={t.cost}>
        <Answer of={known} rows={3}>
          {(data) => <Cost of={data} providers={providers.data?.providers ?? []} />}
        </Answer>
      </Section>
      <Decisions />
    </Page>
  );
}
