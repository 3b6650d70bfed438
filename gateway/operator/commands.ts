import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { errorCatalog, VX11Error } from '../../contracts/errors.ts';
import type { chatCommandAnswer, chatCommandBody } from '../../contracts/operator-api.ts';
import { operatorCloseBody, operatorOpenBody } from '../../contracts/operator.ts';
import { taskBody } from '../../contracts/task-request.ts';
import type { GatewayContext } from '../context.ts';
import { askOperator } from '../plans/operator-chat.ts';
import { startTask } from '../tasks/start-task.ts';
import { operatorAnswer } from '../windows/answers.ts';
import { closeOperatorWindow, openOperatorWindow } from '../windows/operator-window.ts';

type Body = z.infer<typeof chatCommandBody>;
type Outcome = Pick<
  z.infer<typeof chatCommandAnswer>,
  'result' | 'error' | 'detail' | 'available_commands' | 'data'
>;
type Command = (
  context: GatewayContext,
  request: FastifyRequest,
  body: Body,
) => Promise<Record<string, unknown>>;

const commands: Record<string, Command> = {
  status: async ({ statusCache }) => {
    const { mode, madre_available, windows } = await statusCache.status();
    return { mode, madre_available, windows };
  },
  open_window: async (context, request, { args }) => {
    const opened = await openOperatorWindow(context, request, parsed(operatorOpenBody, args));
    return operatorAnswer(opened, request.id, context.clock());
  },
  close_window: async (context, request, { args }) => {
    const { window_id } = parsed(operatorCloseBody, args);
    const { state, receipt, ...ended } = await closeOperatorWindow(context, request, window_id);
    return { window_id: ended.window_id, state, receipt };
  },
  spawn: (context, request, { args }) => startTask(context, request, parsed(taskBody, args)),
  message: async (context, request, { message, session_id }) => {
    if (message === undefined || message.trim() === '') {
      throw new VX11Error('invalid', 'message_required: give the text as `message`.');
    }
    return askOperator(context, request, { message, ...(session_id && { session_id }) });
  },
};

/** Carries out a command. A refusal is a result, not an error of HTTP; an outage is an error. */
export async function runCommand(
  context: GatewayContext,
  request: FastifyRequest,
  body: Body,
): Promise<Outcome> {
  const command = Object.hasOwn(commands, body.command) ? commands[body.command] : undefined;
  if (command === undefined) {
    const available_commands = Object.keys(commands);
    const detail = `${body.command} is no command; there are ${available_commands.join(', ')}.`;
    return { result: 'error', error: 'unknown_command', detail, available_commands, data: null };
  }
  try {
    const data = await command(context, request, body);
    const refusal = typeof data['error'] === 'string' ? data['error'] : null;
    const result = refusal === null ? 'ok' : refusal === 'off_by_policy' ? refusal : 'error';
    return { result, error: refusal, detail: null, data };
  } catch (error) {
    if (!(error instanceof VX11Error) || errorCatalog[error.code].status >= 500) throw error;
    return { result: 'error', error: error.code, detail: error.message, data: null };
  }
}

/** The arguments as the route that does the same takes them. Throws `invalid`. */
function parsed<T extends z.ZodType>(schema: T, args: Body['args']): z.output<T> {
  const result = schema.safeParse(args ?? {});
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path, message }) => ({
    field: ['args', ...path].join('.'),
    problem: message,
  }));
  const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new VX11Error('invalid', detail.slice(0, 1000), { fields });
}
