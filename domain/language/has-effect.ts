import type { Intent } from '../../contracts/intent.ts';

type Meant = Pick<Intent, 'action' | 'domain'>;

/** Is something to be done, and not only to be said or looked at? Talk about sound is work for shubniggurath. */
export const hasEffect = ({ action, domain }: Meant): boolean =>
  !/^(list|help|chat|analyze)$/.test(action) ||
  (domain === 'audio' && /^(chat|analyze)$/.test(action));

/** Is there nothing to do but to answer? */
export const isTalk = ({ action, domain }: Meant): boolean =>
  action === 'help' || (action === 'chat' && domain !== 'audio');
