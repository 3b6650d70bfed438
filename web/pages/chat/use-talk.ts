import { useCallback, useState } from 'react';
import { CallError } from '../../live/call.ts';
import { chat, type ChatAnswer, type ChatStep } from '../../live/chat.ts';
import { markChanged } from '../../live/queries.ts';

/** A message that was sent from here, and what has arrived for it. */
export interface Pending {
  message: string;
  /** The model's words so far. */
  text: string;
  steps: ChatStep[];
  answer: ChatAnswer | null;
  error: CallError | null;
}

export interface TalkState {
  pending: Pending | null;
  busy: boolean;
  say(message: string, dryRun: boolean): Promise<boolean>;
}

/** The newest message of a talk, while it is answered. */
export function useTalk(id: string, onBegun: () => void): TalkState {
  const [pending, setPending] = useState<Pending | null>(null);
  const [busy, setBusy] = useState(false);
  const say = useCallback(
    async (message: string, dryRun: boolean): Promise<boolean> => {
      if (busy) return false;
      setBusy(true);
      let now: Pending = { message, text: '', steps: [], answer: null, error: null };
      const show = (change: Partial<Pending>): void => {
        now = { ...now, ...change };
        setPending(now);
      };
      show({});
      try {
        const answer = await chat(
          { message, session_id: id, dry_run: dryRun },
          {
            text: (delta) => show({ text: now.text + delta }),
            step: (step) =>
              show({ steps: [...now.steps.filter((one) => one.step_id !== step.step_id), step] }),
          },
        );
        show({ answer });
        onBegun();
        markChanged(['chats', 'plans', 'status']);
        return true;
      } catch (error) {
        show({
          error:
            error instanceof CallError ? error : new CallError({ title: String(error), status: 0 }),
        });
        return false;
      } finally {
        setBusy(false);
      }
    },
    [busy, id, onBegun],
  );
  return { pending, busy, say };
}
