import type { AudioReport } from '../../../../contracts/audio-report.ts';
import { decimal } from '../../../base/quantities.ts';
import { useWords } from '../../../base/words.ts';
import { Section } from '../../../parts/page.tsx';
import styles from '../audio.module.css';
import { figureText, placeText } from './clock-text.ts';
import { words } from './words.ts';

/** What was measured on the file, and, of a master, on the file that was written. */
export function Sound({ report }: { report: AudioReport }) {
  const t = useWords(words);
  const { source, loudness, peaks, dynamics, tempo, key, master } = report;
  const bits = source.bits === null ? '' : `, ${source.bits} bits`;
  return (
    <>
      <Section title={t.sound}>
        <Figures
          of={[
            [t.loudness, figureText(loudness.integrated, 'LUFS')],
            [t.range, figureText(loudness.range, 'LU')],
            [t.truePeak, figureText(peaks.true, 'dBTP')],
            [t.samplePeak, figureText(peaks.sample, 'dBFS')],
            [t.shortTerm, figureText(loudness.short_term_max, 'LUFS')],
            [t.momentary, figureText(loudness.momentary_max, 'LUFS')],
            [t.crest, figureText(dynamics.crest, 'dB')],
            [t.tempo, tempo === null ? '–' : `${decimal(tempo.bpm)} bpm`],
            [t.key, key === null ? '–' : `${key.name} ${t[key.scale]}`],
            [
              t.format,
              `${source.container} ${source.rate / 1000} kHz${bits}, ${t.channels(source.channels)}, ${placeText(source.seconds)}`,
            ],
          ]}
        />
      </Section>
      {master !== null && (
        <Section title={t.master}>
          <Figures
            of={[
              [t.loudness, figureText(master.integrated, 'LUFS', 2)],
              [t.truePeak, figureText(master.true_peak, 'dBTP', 2)],
              [t.range, figureText(master.range, 'LU')],
              [t.gain, figureText(master.gain_db, 'dB', 2)],
              [t.reduction, figureText(master.reduction_db, 'dB', 2)],
              [t.passes, String(master.passes)],
              [t.reached, master.reached ? t.yes : t.no],
            ]}
          />
        </Section>
      )}
    </>
  );
}

const Figures = ({ of }: { of: readonly (readonly [name: string, value: string])[] }) => (
  <dl className={styles['figures']}>
    {of.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
