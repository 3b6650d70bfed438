import { useCallback, useState } from 'react';
import type { TokenView } from '../../contracts/token.ts';
import { useWords } from '../base/words.ts';
import { useAct } from '../live/act.ts';
import { change } from '../live/call.ts';
import { markChanged } from '../live/queries.ts';
import { ActFailure } from '../parts/act-failure.tsx';
import { announce } from '../parts/announce.tsx';
import { Button } from '../parts/button.tsx';

const words = {
  revoke: ['Revoke', 'Revocar'],
  revokeSure: ['Revoke for good', 'Revocar del todo'],
  revoking: ['revoking…', 'revocando…'],
  revoked: ['revoked', 'revocado'],
  revokedNow: [
    (name: string) => `${name} revoked; its sessions have ended`,
    (name: string) => `${name} revocado; sus sesiones terminaron`,
  ],
} as const;

/** Revoking cannot be taken back, so it takes a second press of another button. */
export function RevokeToken({ token }: { token: TokenView }) {
  const t = useWords(words);
  const [sure, setSure] = useState(false);
  const { token_id, name, revoked_at } = token;
  const act = useAct(
    useCallback(async () => {
      await change('DELETE', `/vx11/tokens/${token_id}`);
      announce(t.revokedNow(name), 'warn');
      markChanged(['tokens']);
    }, [token_id, name, t]),
  );
  if (revoked_at !== null) return t.revoked;
  return (
    <>
      {sure ? (
        <Button
          weight="danger"
          about={name}
          busy={act.busy && t.revoking}
          onPress={() => void act.run()}
        >
          {t.revokeSure}
        </Button>
      ) : (
        <Button about={name} onPress={() => setSure(true)}>
          {t.revoke}
        </Button>
      )}
      <ActFailure state={act.state} />
    </>
  );
}
