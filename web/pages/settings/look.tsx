import { duration } from '../../base/durations.ts';
import { setPreferences, usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import { skewNoteMs, useSkew } from '../../live/clock.ts';
import { Choice } from '../../parts/field.tsx';
import { Note, Section } from '../../parts/page.tsx';
import styles from './settings.module.css';
import { words } from './words.ts';

/** Language, theme and density, of this browser. */
export function Look() {
  const t = useWords(words);
  const { language, theme, density, clock, keys } = usePreferences();
  const skew = useSkew();
  return (
    <Section title={t.look}>
      {Math.abs(skew) > skewNoteMs && <Note>{t.skew(duration(skew))}</Note>}
      <div className={styles['choices']}>
        <Choice
          label={t.language}
          value={language}
          options={[
            ['en', 'English'],
            ['es', 'Español'],
          ]}
          onChange={(value) => setPreferences({ language: value })}
        />
        <Choice
          label={t.theme}
          value={theme}
          options={[
            ['auto', t.auto],
            ['light', t.light],
            ['dark', t.dark],
          ]}
          onChange={(value) => setPreferences({ theme: value })}
        />
        <Choice
          label={t.density}
          value={density}
          options={[
            ['comfortable', t.comfortable],
            ['compact', t.compact],
          ]}
          onChange={(value) => setPreferences({ density: value })}
        />
        <Choice
          label={t.clock}
          value={clock}
          options={[
            ['local', t.local],
            ['utc', 'UTC'],
          ]}
          onChange={(value) => setPreferences({ clock: value })}
        />
        <Choice
          label={t.keys}
          value={keys ? 'on' : 'off'}
          options={[
            ['on', t.on],
            ['off', t.off],
          ]}
          onChange={(value) => setPreferences({ keys: value === 'on' })}
        />
      </div>
      <p className={styles['hint']}>{t.keysHint}</p>
    </Section>
  );
}
