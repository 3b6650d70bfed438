import { useWords } from '../../base/words.ts';
import { useMay, useMe } from '../../live/session.ts';
import { signOut } from '../../live/sign-in.ts';
import { Button } from '../../parts/button.tsx';
import { Facts, Note, Page, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { Loop } from './loop.tsx';
import { Models } from './models.tsx';
import { Tokens } from './tokens.tsx';
import { words } from './words.ts';
import { Look } from './look.tsx';

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
