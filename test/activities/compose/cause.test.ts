import { expect, test } from 'vitest';
import { causeIn } from '../../../activities/compose/cause.ts';

const orphans =
  'time="2026-11-28T19:00:00Z" level=warning msg="Found orphan containers ([one-old-1]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up."';
const unset =
  'time="2026-11-28T19:00:00Z" level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."';
const conflict =
  'Error response from daemon: Conflict. The container name "/llm" is already in use by container "7727". You have to remove (or rename) that container to be able to reuse that name.';

test.each<[string, string, string]>([
  [
    'warnings and progress',
    `${orphans}\n${unset}\n Network one_default  Creating \n Network one_default  Created \n Container llm  Creating \n Container llm  ${conflict} \n${conflict}\n`,
    conflict,
  ],
  ['nothing else', conflict, conflict],
  ['a log line of an error', `${unset}\ntime="x" level=error msg="it is broken"`, 'it is broken'],
  [
    'the same again beside the name of its container',
    " Container one-app-1  Creating \n Container one-app-1  can't set healthcheck.start_interval\ncan't set healthcheck.start_interval\n",
    "can't set healthcheck.start_interval",
  ],
  ['the same line again', 'one\ntwo\none', 'one\ntwo'],
  ['warnings alone', orphans, ''],
])('the cause of a failure is reported without %s', (_, stderr, cause) => {
  expect(causeIn(stderr)).toBe(cause);
});
