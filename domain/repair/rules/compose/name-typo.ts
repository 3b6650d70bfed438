import type { Rule } from '../../finding.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';
import { misspelledHosts } from './misspelled-hosts.ts';
import { missingMounts } from './missing-file.ts';
import { refusedNames } from './refused-names.ts';

/** 24: a host, a service, a network, a volume or a file is named with up to two wrong letters. */
export const nameTypo: Rule = (capture) => {
  const stack = readStack(capture);
  const refused = capture.compose.error === null ? [] : refusedNames(stack, capture.compose.error);
  return refused.length > 0
    ? refused
    : suspects(stack).flatMap((service) => [
        ...misspelledHosts(stack, service),
        ...missingMounts(stack, service),
      ]);
};
