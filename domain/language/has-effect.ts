import type { Intent } from '../../contracts/intent.ts';

type IntentKind = Pick<Intent, 'action' | 'domain'>;

/** Whether the intent changes something. Text about audio counts, since it is work for shubniggurath. */
export const hasEffect = ({ action, domain }: IntentKind): boolean =>
  !/^(list|help|chat|analyze)$/.test(action) ||
  (domain === 'audio' && /^(chat|analyze)$/.test(action));

/** Whether the intent only needs an answer. */
export const isTalk = ({ action, domain }: IntentKind): boolean =>
  action === 'help' || (action === 'chat' && domain !== 'audio');
