import { useCallback, useState } from 'react';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { NewToken } from '../../live/answers.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import type { Scope } from '../../live/session.ts';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { copyText } from '../../parts/copy.ts';
import { Dialog, DialogActs, DialogForm } from '../../parts/dialog.tsx';
import { Choice, TextField } from '../../parts/field.tsx';
import { Note } from '../../parts/page.tsx';
import styles from './settings.module.css';
import { words } from './words.ts';

/** Without `agent`: `vx11 mcp setup` makes those, for a host and a person. */
const scopes: readonly Scope[] = ['viewer', 'operator', 'admin'];
const daySeconds = 86_400;

/** Makes a token, and shows it once. */
export function TokenDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('viewer');
  const [days, setDays] = useState('');
  const [made, setMade] = useState<NewToken | null>(null);
  const life = Number(days);
  const valid = days.trim() === '' || (Number.isInteger(life) && life >= 1 && life <= 365);
  const act = useAct(
    useCallback(async () => {
      const body = {
        name: name.trim(),
        scope,
        ...(days.trim() !== '' && { expires_in_seconds: life * daySeconds }),
      };
      setMade(await change<NewToken>('POST', '/vx11/tokens', { body }));
      markChanged(['tokens']);
    }, [name, scope, days, life]),
  );
  const copy = async (text: string): Promise<void> => {
    if (await copyText(text)) announce(t.copied);
  };
  if (made !== null) {
    return (
      <Dialog title={made.name} onClose={onClose}>
        <Note tone="warn">{t.shownOnce}</Note>
        <code className={styles['secret']}>{made.token}</code>
        <DialogActs away={<Button onPress={onClose}>{t.close}</Button>}>
          <Button weight="primary" onPress={() => void copy(made.token)}>
            {t.copy}
          </Button>
        </DialogActs>
      </Dialog>
    );
  }
  return (
    <Dialog title={t.newToken} onClose={onClose}>
      <DialogForm
        state={act.state}
        deed={t.make}
        busy={act.busy && t.making}
        onAct={() => {
          if (name.trim() !== '' && valid) void act.run();
        }}
        onClose={onClose}
      >
        <TextField label={t.name} required maxLength={64} value={name} onChange={setName} />
        <Choice
          label={t.scope}
          value={scope}
          options={scopes.map((one) => [one, one] as const)}
          onChange={setScope}
        />
        <p className={styles['hint']}>{t[scope]}</p>
        <TextField
          label={t.days}
          hint={t.daysHint}
          problem={valid ? undefined : t.daysWrong}
          inputMode="numeric"
          value={days}
          onChange={setDays}
        />
      </DialogForm>
    </Dialog>
  );
}
