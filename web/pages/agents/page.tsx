import { useWords } from '../../base/words.ts';
import { useMay } from '../../live/session.ts';
import { Note, Page, Section } from '../../parts/page.tsx';
import { Asked } from './asked.tsx';
import { Door } from './door.tsx';
import { AgentTokens } from './tokens.tsx';
import { words } from './words.ts';

/** What agents asked for, who let them in and until when, and which tokens they have. */
export default function Agents() {
  const t = useWords(words);
  const isAdmin = useMay('admin');
  return (
    <Page title={t.title}>
      <Door />
      <Asked />
      {isAdmin ? (
        <AgentTokens />
      ) : (
        <Section title={t.tokens}>
          <Note>{t.adminOnly}</Note>
        </Section>
      )}
    </Page>
  );
}
