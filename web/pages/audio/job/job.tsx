import type { AudioJob } from '../../../../contracts/audio.ts';
import type { AudioReport } from '../../../../contracts/audio-report.ts';
import { duration } from '../../../base/durations.ts';
import { useWords } from '../../../base/words.ts';
import { useAudioJob } from '../../../live/audio-job.ts';
import { useRead } from '../../../live/queries.ts';
import { Cause } from '../../../parts/cause.tsx';
import { Meter } from '../../../parts/meter.tsx';
import { Facts, Note } from '../../../parts/page.tsx';
import { Id, Said } from '../../../parts/said.tsx';
import { ThingPage } from '../../../parts/thing-page.tsx';
import { Time } from '../../../parts/time.tsx';
import { Cancel } from '../../../things/cancel.tsx';
import { Asleep } from '../../../things/services/asleep.tsx';
import { JobMark } from '../job-mark.tsx';
import { filesOf } from '../job-table.tsx';
import { words as audioWords } from '../words.ts';
import { Artifacts } from './artifacts.tsx';
import { figureText } from './clock-text.ts';
import { Chain } from './chain.tsx';
import { Listen } from './listen.tsx';
import { Problems } from './problems.tsx';
import { Sound } from './sound.tsx';
import { Spectrogram } from './spectrogram.tsx';
import { Waveform } from './waveform.tsx';
import { words } from './words.ts';

/** One audio job: how far it is, what it found and where, how it sounds, and what it left. */
export function AudioJobPage({ id }: { id: string }) {
  const t = useWords(words);
  const kinds = useWords(audioWords);
  const job = useAudioJob(id);
  const hasReport = job.data?.artifacts.includes('report.json') === true;
  const path = `/vx11/audio/jobs/${encodeURIComponent(id)}`;
  const report = useRead<AudioReport>('audio', `${path}/report`, {}, { enabled: hasReport });
  return (
    <ThingPage
      id={id}
      of={job}
      title={(one) => `${kinds[`kind_${one.request.kind}`]}: ${filesOf(one).join(', ')}`}
      aside={(one) =>
        one.finished_at === null && (
          <Cancel path={`${path}/cancel`} method="POST" resource="audio" asked={t.cancelled} />
        )
      }
      absent={t.notHere}
      back={['/audio', t.back]}
    >
      {(one) => (
        <>
          <About job={one} />
          {report.data !== undefined && hasReport && (
            <>
              <Sound report={report.data} />
              <Waveform path={path} report={report.data} />
              <Spectrogram job={one} path={path} />
              <Problems issues={report.data.issues} />
              <Chain report={report.data} />
            </>
          )}
          <Listen job={one} path={path} report={report.data ?? null} />
          <Artifacts job={one} path={path} />
        </>
      )}
    </ThingPage>
  );
}

function About({ job }: { job: AudioJob }) {
  const t = useWords(words);
  const { status, percent, pass, finished_at, started_at, request } = job;
  const took =
    started_at === null || finished_at === null
      ? null
      : Date.parse(finished_at) - Date.parse(started_at);
  const { target, preset } = request;
  return (
    <>
      {status === 'waiting_for_window' && (
        <>
          <Note tone="warn">{t.waits}</Note>
          <Asleep service="shubniggurath" />
        </>
      )}
      {job.cause !== null && (
        <Note tone={status === 'cancelled' ? 'calm' : 'bad'}>
          <Cause cause={job.cause} detail={job.detail} />
        </Note>
      )}
      {finished_at === null && (
        <Meter
          name={t.progress}
          reserved={percent}
          limit={100}
          text={pass === null ? `${percent} %` : `${percent} %, ${t.pass(pass)}`}
        />
      )}
      <Facts
        of={[
          [t.status, <JobMark key="status" status={status} />],
          [t.files, <Said key="files">{filesOf(job).join(', ')}</Said>],
          target === null
            ? null
            : [
                t.target,
                `${preset === null ? '' : `${preset}: `}${figureText(target.lufs, 'LUFS')}, ${figureText(target.ceiling_dbtp, 'dBTP')}`,
              ],
          [t.owner, <Said key="owner">{job.owner}</Said>],
          [t.host, <Said key="host">{job.host}</Said>],
          [t.created, <Time key="at" at={job.created_at} />],
          took === null ? null : [t.took, duration(took)],
          ['Id', <Id key="id">{job.job_id}</Id>],
        ]}
      />
    </>
  );
}
