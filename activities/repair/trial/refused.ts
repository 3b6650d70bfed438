/** Why a trial cannot be made; nothing of it is left. */
export type RefusalCause = 'no_room' | 'not_isolatable' | 'too_large' | 'unreadable' | 'unjudged';

/** A trial was refused. The patch is neither good nor bad by that. */
export class TrialRefused extends Error {
  override name = 'TrialRefused';
  readonly kind: RefusalCause;

  constructor(kind: RefusalCause, message: string) {
    super(message);
    this.kind = kind;
  }
}
