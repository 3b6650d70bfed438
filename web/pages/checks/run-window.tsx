import type { CheckRunView } from '../../../contracts/checks.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Answer, Facts, Section } from '../../parts/page.tsx';
import { isAbsent } from '../../parts/thing-page.tsx';
import { Time } from '../../parts/time.tsx';
import { Receipt } from '../../things/receipt.tsx';
import { hasEnded } from '../../things/run-time.ts';
import { WindowMark } from '../../things/window-mark.tsx';
import { words } from './words.ts';

/** The window that a run opened for what it checks, and the proof of its end. */
export function RunWindow({ run }: { run: CheckRunView }) {
  const t = useWords(words);
  const { window_id } = run;
  if (window_id !== null) return <Its id={window_id} />;
  if (!hasEnded(run) || run.open === 'window') return null;
  return (
    <Section title={t.window}>
      <p>{t.noWindow}</p>
    </Section>
  );
}

function Its({ id }: { id: string }) {
  const t = useWords(words);
  const window = useRead<WindowView>('windows', `/vx11/windows/${id}`);
  const gone = isAbsent(window);
  return (
    <>
      <Section
        title={t.window}
        aside={
          !gone && (
            <LinkButton to={`/windows/${id}`} weight="quiet">
              {t.openWindow}
            </LinkButton>
          )
        }
      >
        {gone ? (
          <p>{t.windowGone}</p>
        ) : (
          <Answer of={window} rows={2}>
            {(data) => <About window={data} />}
          </Answer>
        )}
      </Section>
      {window.data?.receipt != null && <Receipt window={window.data} />}
    </>
  );
}

function About({ window }: { window: WindowView }) {
  const t = useWords(words);
  const { opened_at, closed_at, expires_at } = window;
  return (
    <Facts
      of={[
        [t.windowState, <WindowMark key="state" window={window} />],
        opened_at === null ? null : [t.opened, <Time key="opened" at={opened_at} />],
        closed_at === null ? null : [t.closed, <Time key="closed" at={closed_at} />],
        expires_at === null ? null : [t.deadline, <Time key="deadline" at={expires_at} />],
      ]}
    />
  );
}
