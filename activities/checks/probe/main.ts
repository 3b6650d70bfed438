import { liveAsChild } from './as-child.ts';
import { attempt } from './attempt.ts';
import type { Probe, ProbeAnswer } from './messages.ts';

// the process that talks to what is checked, so that no answer can hurt madre
liveAsChild();

process.on('message', (message) => {
  const { id, ...probe } = message as Probe;
  void attempt(probe).then((seen) => {
    const answer: ProbeAnswer = { id, ...seen };
    process.send?.(answer);
  });
});
