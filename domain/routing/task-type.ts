import type { TaskType } from '../../contracts/routing.ts';

/** What is known of a conversation when its type is judged. Texts are read and not kept. */
export interface Conversation {
  /** The caller's own word. */
  said: TaskType | null;
  /** The type of its last turn; null for a new one. */
  before: TaskType | null;
  /** Texts of the person, oldest first. */
  texts: readonly string[];
  has_pictures: boolean;
  has_audio: boolean;
  /** The caller offers tools and requires one, or the history has calls of tools. */
  uses_tools: boolean;
}

/** A shorter text says little: “commit it” after ten turns of code is still code. */
const short = 40;
/** Texts that are looked at, and how much of each. */
const lastTexts = 4;
const readCharacters = 4000;

/** The first that matches wins; English and Spanish. */
const rules: readonly [TaskType, RegExp][] = [
  [
    'translate',
    /\btranslat(?:e|ion)\b|\btrad[uú](?:ce|cir|cci[oó]n|zca|zcas)\b|\b(?:into|to) (?:english|spanish|french|german|italian|portuguese|chinese|japanese)\b|\bal? (?:ingl[eé]s|espa[nñ]ol|franc[eé]s|alem[aá]n|italiano|portugu[eé]s)\b/i,
  ],
  [
    'summarize',
    /\bsummar(?:y|i[sz]e|i[sz]ing)\b|\btl;?dr\b|\bin (?:one|two|three|\d+) sentences?\b|\bkey points\b|\bresum(?:e|en|ir|as)\b|\bpuntos clave\b/i,
  ],
  [
    'code',
    /```|\bTraceback \(most recent|\bat \S+ \(\S+:\d+:\d+\)|^(?:diff --git|@@ -\d)|\b(?:function|class|const|def|import|return|public|void)\b[^.?!]*[({;=:]|\b(?:refactor|compile|debug|unit tests?|regex|stack trace|pull request|code|bug|script|typescript|javascript|python|rust|sql)\b|\b(?:c[oó]digo|depura|funci[oó]n en|programa(?:r)? en)\b/im,
  ],
  [
    'extract',
    /\bextract\b|\b(?:as|into|in|valid) (?:json|csv|yaml)\b|\bfields?\b.{0,40}\bfrom\b|\bparse (?:this|the)\b|\bextra(?:e|er|iga)\b|\ben (?:formato )?(?:json|csv)\b/i,
  ],
  [
    'reasoning',
    /\bprove\b|\bstep[- ]by[- ]step\b|\bsolve\b|\bhow many\b|\bprobability\b|\bderive\b|\btheorem\b|\bpuzzle\b|\b(?:demuestra|paso a paso|resuelve|cu[aá]nt[oa]s|probabilidad|teorema)\b|\d\s*[+*/^=]\s*\d/i,
  ],
];

/**
 * The task type of a request: the caller's word; what it contains; else rules over the last texts, with the conversation's
 * type for what says nothing. It costs microseconds, and is right often enough for beliefs to be learned apart.
 */
export function taskTypeOf(conversation: Conversation): TaskType {
  const { said, before, texts } = conversation;
  if (said !== null) return said;
  if (conversation.has_audio) return 'audio';
  if (conversation.has_pictures) return 'vision';
  if (conversation.uses_tools) return 'tools';
  const last = texts.at(-1) ?? '';
  if (last.length < short && before !== null) return before;
  for (const text of texts.slice(-lastTexts).toReversed()) {
    const read = text.slice(0, readCharacters);
    const found = rules.find(([, words]) => words.test(read))?.[0];
    if (found !== undefined) return found;
  }
  return before ?? 'chat';
}
