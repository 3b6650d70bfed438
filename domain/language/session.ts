import type { ChatMode, SessionTopic, SessionTurn } from '../../contracts/chat.ts';
import type { Intent } from '../../contracts/intent.ts';

/** The mode of a session after an intent: audio switches to AUDIO_ENGINEER, other orders to MADRE, talk keeps the mode. */
export function modeAfter(before: ChatMode, { domain }: Pick<Intent, 'domain'>): ChatMode {
  if (domain === 'audio') return 'AUDIO_ENGINEER';
  return domain === 'general' ? before : 'MADRE';
}

const topics: [SessionTopic, RegExp][] = [
  ['audio', /\b(audio|mix|mezcla|master|reaper|daw|stems?)\b/i],
  ['code', /\b(code|function|script|bug|python|typescript|error|test)\b|`/i],
  ['browser', /\b(browser|page|url|https?|website)\b/i],
  ['system', /\b(open|close|stop|start|status|window|service|docker|restart|abre|cierra)\b/i],
];

/** The topic of a session, by its newest messages. */
export function topicOf(recent: readonly Pick<SessionTurn, 'message'>[]): SessionTopic {
  const newest = recent.at(-1);
  if (newest === undefined) return 'general';
  const text = recent.map(({ message }) => message).join('\n');
  return topics.find(([, form]) => form.test(text))?.[0] ?? (text.length > 80 ? 'chat' : 'general');
}

const perMessage = 100;
const longest = 512;

/** The last three messages in at most 512 characters. */
export const summaryOf = (recent: readonly Pick<SessionTurn, 'message'>[]): string =>
  recent
    .slice(-3)
    .map(({ message }) => message.slice(0, perMessage))
    .join(' | ')
    .slice(0, longest);
