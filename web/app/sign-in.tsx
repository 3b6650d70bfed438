import { useCallback, useState } from 'react';
import { useWords } from '../base/words.ts';
import { useAct } from '../live/act.ts';
import { CallError } from '../live/call.ts';
import type { EndReason } from '../live/session.ts';
import { signIn } from '../live/sign-in.ts';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActs } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Note } from '../parts/page.tsx';
import { Failure } from '../parts/page.tsx';
import styles from './sign-in.module.css';

const words = {
  title: ['Sign in to VX11', 'Entrar en VX11'],
  again: ['Sign in again', 'Entra de nuevo'],
  token: ['Token', 'Token'],
  hint: [
    'The one in tokens.env, or one that an administrator made for you. It is exchanged for a session and not kept.',
    'El de tokens.env, o el que te dio un administrador. Se cambia por una sesión y no se guarda.',
  ],
  link: [
    'Quicker: open the link that npm start or vx11 ui prints.',
    'Más rápido: abre el enlace que imprimen npm start o vx11 ui.',
  ],
  signIn: ['Sign in', 'Entrar'],
  signingIn: ['signing in…', 'entrando…'],
  not_accepted: [
    'The session has ended: it expired, or its token was revoked. What you see stays here until you sign in again.',
    'La sesión ha terminado: caducó o se revocó su token. Lo que ves sigue aquí hasta que entres de nuevo.',
  ],
  signed_out_elsewhere: ['You signed out in another tab.', 'Saliste en otra pestaña.'],
  insecure: [
    'This address cannot keep a session. Use https, or http://localhost through a tunnel.',
    'Esta dirección no puede guardar una sesión. Usa https, o http://localhost a través de un túnel.',
  ],
} as const;

/** The cookie of a session needs https, or a loopback name that the browser trusts as well. */
const canKeepSession = (): boolean => window.isSecureContext;

function Form({ onDone, footer }: { onDone?: () => void; footer?: boolean }) {
  const t = useWords(words);
  const [token, setToken] = useState('');
  const act = useAct(
    useCallback(async () => {
      await signIn(token.trim());
      setToken('');
      onDone?.();
    }, [token, onDone]),
  );
  const button = (
    <Button type="submit" weight="primary" busy={act.busy && t.signingIn}>
      {t.signIn}
    </Button>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() !== '') void act.run();
      }}
    >
      <TextField
        label={t.token}
        hint={t.hint}
        type="password"
        autoComplete="current-password"
        spellCheck={false}
        required
        value={token}
        onChange={setToken}
      />
      {act.state.step === 'failed' && act.state.error instanceof CallError && (
        <Failure error={act.state.error} />
      )}
      {footer === true ? <DialogActs>{button}</DialogActs> : button}
    </form>
  );
}

export function SignIn() {
  const t = useWords(words);
  return (
    <main className={styles['page']}>
      <div className={styles['box']}>
        <p className={styles['brand']}>VX11</p>
        <h1>{t.title}</h1>
        {canKeepSession() ? <Form /> : <Note tone="warn">{t.insecure}</Note>}
        <p className={styles['link']}>{t.link}</p>
      </div>
    </main>
  );
}

/** Signs in over the page, which keeps what it shows and what was typed. */
export function SignInAgain({ because }: { because: EndReason }) {
  const t = useWords(words);
  return (
    <Dialog title={t.again} onClose={() => undefined}>
      <p role="alert">{t[because]}</p>
      <Form footer />
    </Dialog>
  );
}
