import { useWords } from '../../base/words.ts';
import type { CheckRun } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { ThingPage } from '../../parts/thing-page.tsx';
import { hasEnded } from '../../things/run-time.ts';
import { isRed } from '../../things/red-run.ts';
import { Report } from './report.tsx';
import { Results } from './results.tsx';
import { RunRepairs } from './run-repairs.tsx';
import { RunWindow } from './run-window.tsx';
import { words } from './words.ts';
import { About } from './run-about.tsx';
import { Acts } from './run-acts.tsx';

/** The log has an event for the start and the end of a run, and none for each check. */
const whileRunningMs = 1000;

/** One run: its verdict, each check with what was seen, its window with its receipt, and its report. */
export function RunPage({ id }: { id: string }) {
  const t = useWords(words);
  const run = useRead<CheckRun>(
    'checks',
    `/vx11/checks/${id}`,
    {},
    { everyMs: (data) => (data === undefined || hasEnded(data.run) ? null : whileRunningMs) },
  );
  return (
    <ThingPage
      id={id}
      of={run}
      title={({ run: { suite } }) => (suite === 'all' ? t.everything : suite)}
      aside={({ run: one }) => <Acts run={one} />}
      rows={8}
      absent={t.notHere}
      back={['/checks', t.back]}
    >
      {(one) => (
        <>
          <About run={one.run} />
          <Results results={one.results} live={!hasEnded(one.run)} />
          {isRed(one.run) && <RunRepairs run={one.run} />}
          <RunWindow run={one.run} />
          {hasEnded(one.run) && <Report id={one.run.run_id} />}
        </>
      )}
    </ThingPage>
  );
}
