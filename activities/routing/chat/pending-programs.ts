import type { ProgramReport, ProgramRequest } from '../../../contracts/routing-call.ts';
import { cliPrograms, modelArguments } from '../../../domain/routing/cli/programs.ts';
import { promptOf } from '../../../domain/routing/cli/prompt.ts';
import { list } from '../../../domain/routing/request/loose.ts';
import type { ChatDeps } from './deps.ts';
import { notRun } from '../state/program-outcome.ts';
import { answerOf } from './program-answer.ts';
import type { Session } from './session.ts';

/** Requests that wait until the gateway has run a program for them. */
export interface PendingPrograms {
  /** The program that has to run before `target` can answer; null for a server, or if it has run. */
  needed(session: Session, target: string, deps: ChatDeps): ProgramRequest | null;
  /** The request that a run belongs to, which goes on; null if it is not known here, and is decided again. */
  take(report: ProgramReport | undefined, ownerId: string, deps: ChatDeps): Promise<Session | null>;
}

const most = 1000;
const longestSeconds = 600;

/** Bounded; the oldest leave first, and are decided again when they come back. */
export function createPendingPrograms(): PendingPrograms {
  const waiting = new Map<string, Session>();
  const programOf = (target: string, deps: ChatDeps) => {
    const { models, providers } = deps.catalog.current();
    const model = models.get(target);
    const program = providers.find(({ id }) => id === model?.provider)?.program ?? null;
    return model === undefined || program === null ? null : { ...program, model: model.model };
  };
  return {
    needed(session, target, deps) {
      const program = programOf(target, deps);
      if (program === null || session.ran?.target === target) return null;
      const { deadline_ms, body } = session.request;
      const left = deadline_ms === null ? longestSeconds : (deadline_ms - deps.clock()) / 1000;
      waiting.set(session.id, session);
      if (waiting.size > most) waiting.delete(waiting.keys().next().value!);
      const how = cliPrograms[program.name];
      return {
        decision_id: session.id,
        target,
        code: `exec ${how.call} "$@"`,
        args: modelArguments(how, program.model),
        stdin: promptOf(list(body.messages)),
        egress: [...program.egress],
        memory_mb: program.memory_mb,
        within_seconds: Math.max(1, Math.min(longestSeconds, Math.floor(left))),
      };
    },
    async take(report, ownerId, deps) {
      if (report === undefined) return null;
      const { decision_id, target, spawn_id, why } = report;
      const session = waiting.get(decision_id) ?? null;
      waiting.delete(decision_id);
      const program = programOf(target, deps);
      if (session === null || program === null) return null;
      if (session.request.call.owner_id !== ownerId) return null;
      const outcome = spawn_id === null ? notRun(why) : await deps.program(spawn_id);
      session.ran = { target, ...answerOf(program.name, outcome) };
      return session;
    },
  };
}
