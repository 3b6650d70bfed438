import { useSearchParams } from 'wouter';
import type { AudioEngines } from '../../../contracts/audio-engines.ts';
import type { AudioFileList, AudioJobList } from '../../../contracts/audio.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Button, Buttons } from '../../parts/button.tsx';
import { Answer, Empty, Note, Page, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { Asleep, useRole } from '../../things/services/asleep.tsx';
import { FileTable } from './file-table.tsx';
import { JobTable } from './job-table.tsx';
import { CompareDialog } from './start/compare-dialog.tsx';
import { MasterDialog } from './start/master-dialog.tsx';
import { MixDialog } from './start/mix-dialog.tsx';
import { Upload } from './upload.tsx';
import { words } from './words.ts';

/** The log has an event for the end of a job, and none for each part of it. */
const whileRunningMs = 1000;

/** The files of sound that were uploaded, what may be done with them, and the jobs that did. */
export function AudioList() {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer('/audio');
  const stale = useBlocked();
  const role = useRole('shubniggurath');
  const files = useRead<AudioFileList>('audio', '/vx11/audio/files');
  const engines = useRead<AudioEngines>('audio', '/vx11/audio/engines');
  const jobs = useRead<AudioJobList>(
    'audio',
    '/vx11/audio/jobs',
    {},
    {
      everyMs: (data) =>
        data?.jobs.some(({ finished_at }) => finished_at === null) ? whileRunningMs : null,
    },
  );
  const names = files.data?.files.map(({ name }) => name) ?? [];
  const blocked = role === 'up' ? (names.length === 0 ? t.uploadFirst : stale) : t.openFirst;
  const master = search.get('master');
  return (
    <Page
      title={t.title}
      aside={
        mayChange && (
          <Buttons>
            <Button blocked={blocked} onPress={() => setSearch({ compare: '' })}>
              {t.compare}
            </Button>
            <Button blocked={blocked} onPress={() => setSearch({ mix: '' })}>
              {t.mix}
            </Button>
            <Button
              weight="primary"
              blocked={blocked}
              onPress={() => setSearch({ master: names[0] ?? '' })}
            >
              {t.master}
            </Button>
          </Buttons>
        )
      }
    >
      {!mayChange && <Note>{t.viewer}</Note>}
      <Asleep service="shubniggurath" />
      {engines.data?.status === 'degraded' && engines.data.hint !== null && (
        <Note tone="warn">
          <Said english>{engines.data.hint}</Said>
        </Note>
      )}
      {mayChange && <Upload />}
      <Answer of={files} rows={3}>
        {({ files: rows }) => (
          <Section title={t.files} count={rows.length}>
            {rows.length === 0 ? (
              <Empty>{t.noFiles}</Empty>
            ) : (
              <FileTable files={rows} blocked={role === 'up' ? stale : t.openFirst} />
            )}
          </Section>
        )}
      </Answer>
      <Answer of={jobs} rows={4}>
        {({ jobs: rows }) => (
          <Section title={t.jobs} count={rows.length}>
            {rows.length === 0 ? <Empty>{t.noJobs}</Empty> : <JobTable jobs={rows} />}
          </Section>
        )}
      </Answer>
      {mayChange && master !== null && (
        <MasterDialog names={names} first={master} onClose={close} />
      )}
      {mayChange && search.has('mix') && <MixDialog names={names} onClose={close} />}
      {mayChange && search.has('compare') && <CompareDialog names={names} onClose={close} />}
    </Page>
  );
}
