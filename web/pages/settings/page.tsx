import { duration } from '../../base/format.ts';
import { setPreferences, usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import { skewNoteMs, useSkew } from '../../live/clock.ts';
import { useMay, useMe } from '../../live/session.ts';
import { signOut } from '../../live/sign-in.ts';
import { Button } from '../../parts/button.tsx';
import { Choice } from '../../parts/field.tsx';
import { Facts, Note, Page, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { Loop } from './loop.tsx';
import { Models } from './models.tsx';
import { Tokens } from './tokens.tsx';
import styles from './settings.module.css';
import { words } from './words.ts';

/** Who I am, how this browser shows VX11, and, for admins, tokens and the loop. */
export default function Settings() {
  const t = useWords(words);
  const isAdmin = useMay('admin');
  return (
    <Page title={t.title}>
      <Mine />
      <Look />
      <Models />
      {isAdmin ? (
        <>
          <Tokens />
          <Loop />
        </>
      ) : (
        <Note>{t.adminOnly}</Note>
      )}
    </Page>
  );
}

function Mine() {
  const t = useWords(words);
  const me = useMe();
  if (me === null) return null;
  return (
    <Section title={t.me} aside={<Button onPress={() => void signOut()}>{t.signOut}</Button>}>
      <Facts
        of={[
          [t.name, <Said key="name">{me.name}</Said>],
          [t.scope, t[me.scope]],
          me.expires_at === null
            ? null
            : [
                t.until,
                <span key="until">
                  {t.untilHint} <Time at={me.expires_at} />
                </span>,
              ],
        ]}
      />
    </Section>
  );
}

function Look() {
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
