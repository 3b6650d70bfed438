import { Option } from 'commander';
import { taskListAnswer, taskState } from '../../contracts/task.ts';
import { numberArgument } from '../argument.ts';
import { bytesOr, readLog } from '../../client/log-stream.ts';
import type { AddCommand } from '../session.ts';
import { endText, tasksTable } from '../task-text.ts';
import { answer } from '../terminal.ts';

interface ListOptions {
  state?: string;
  parent?: string;
  limit: number;
}

export const addTasks: AddCommand = (program, session) => {
  program
    .command('spawns')
    .description('list tasks, newest first')
    .addOption(new Option('--state <state>', 'only tasks in this state').choices(taskState.options))
    .option('--parent <id>', 'only the children of this task')
    .option('--limit <number>', 'how many', numberArgument(1, 200), 20)
    .action(async ({ state, parent, limit }: ListOptions) => {
      const { gateway, terminal } = session();
      const query = new URLSearchParams({
        limit: String(limit),
        ...(state !== undefined && { state }),
        ...(parent !== undefined && { parent_id: parent }),
      });
      const given = await gateway.call('GET', `/vx11/spawns?${query}`, taskListAnswer);
      answer(terminal, given, () => tasksTable(given.spawns));
      if (given.next_cursor !== null && !terminal.json) terminal.err('There are more: --limit 200');
    });
  program
    .command('logs')
    .description("print a task's output from its start to its end")
    .argument('<id>', 'a spawn id, or its first characters')
    .action(async (id: string) => {
      const { gateway, terminal, signal } = session();
      for await (const message of readLog(gateway, encodeURIComponent(id), signal)) {
        if (terminal.json) terminal.out(JSON.stringify(message));
        else if (message.kind === 'text')
          terminal.raw(message.stream, bytesOr(message.text, message.base64));
        else if (message.kind === 'gap') terminal.err(`[${message.bytes} bytes were dropped]`);
        else terminal.err(endText(message) ?? `${message.state}: exit ${message.exit_code ?? '-'}`);
      }
    });
};
