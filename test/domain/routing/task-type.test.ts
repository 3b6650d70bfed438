import { describe, expect, test } from 'vitest';
import { routingTaskType, type TaskType } from '../../../contracts/routing.ts';
import { taskTypeOf, type Conversation } from '../../../domain/routing/task-type.ts';

const conversation = (change: Partial<Conversation> = {}): Conversation => ({
  said: null,
  before: null,
  texts: [],
  has_pictures: false,
  has_audio: false,
  uses_tools: false,
  ...change,
});

describe('the task type', () => {
  test.each<[TaskType, string]>([
    ['code', 'Why does this fail?\n```ts\nconst a = 1;\n```'],
    ['code', 'Refactor the parser so that it keeps comments'],
    ['code', 'Escribe código que lea un fichero y cuente sus líneas'],
    ['code', 'Traceback (most recent call last):\n  File "a.py", line 1'],
    ['summarize', 'Summarize the following article for a busy reader: …'],
    ['summarize', 'Resume este texto en tres frases, por favor: …'],
    ['translate', 'Translate this paragraph: the quick brown fox jumps'],
    ['translate', 'Traduce esto al inglés: el perro duerme en la casa'],
    ['extract', 'Extract all dates and names from the letter below'],
    ['extract', 'Give me the persons of this text as JSON, one per line'],
    ['reasoning', 'Prove that there are infinitely many primes'],
    ['reasoning', 'A train leaves at 9 and another at 10. How many minutes later do they meet?'],
    ['reasoning', 'Resuelve paso a paso: 3x + 4 = 19, y di cuánto vale x'],
    ['chat', 'What would you cook for six friends on a cold evening?'],
    ['chat', ''],
  ])('is %s for %j', (type, text) => {
    expect(taskTypeOf(conversation({ texts: [text] }))).toBe(type);
  });

  test.each<[TaskType, Partial<Conversation>]>([
    ['embed', { said: 'embed', has_pictures: true, texts: ['refactor this'] }],
    ['audio', { has_audio: true, has_pictures: true }],
    ['vision', { has_pictures: true, uses_tools: true }],
    ['tools', { uses_tools: true, texts: ['Summarize the news of today'] }],
  ])('is %s by what the request is: %j', (type, change) => {
    expect(taskTypeOf(conversation(change))).toBe(type);
  });

  test('can be every one of its names', () => {
    for (const said of routingTaskType.options)
      expect(taskTypeOf(conversation({ said }))).toBe(said);
  });

  test('of a short text is that of its conversation, also after ten turns', () => {
    const texts = [
      'Fix the bug in this script',
      ...Array.from({ length: 9 }, () => 'and now?'),
      'commit it',
    ];
    expect(taskTypeOf(conversation({ before: 'code', texts }))).toBe('code');
    expect(taskTypeOf(conversation({ before: 'translate', texts: ['Refactor it'] }))).toBe(
      'translate',
    );
  });

  test('of a long text that says nothing is that of the turns before', () => {
    const silent = 'I would rather have it the other way round, if that is all right with you';
    expect(taskTypeOf(conversation({ texts: ['Fix the bug in this script', silent] }))).toBe(
      'code',
    );
    expect(taskTypeOf(conversation({ before: 'extract', texts: [silent] }))).toBe('extract');
  });

  test('changes with a text that says so', () => {
    const texts = ['Fix the bug in this script', 'Translate the comments of the file to English'];
    expect(taskTypeOf(conversation({ before: 'code', texts }))).toBe('translate');
  });

  test('of a huge text is read from its beginning only', () => {
    const huge = `Summarize this: ${'word '.repeat(200_000)}`;
    expect(taskTypeOf(conversation({ texts: [huge] }))).toBe('summarize');
  });
});
