import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  checkArtifactsAnswer,
  checkRunId,
  reportFiles,
  type CheckRunView,
  type ReportFile,
} from '../../contracts/checks.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { writers } from '../../domain/checks/reports/index.ts';
import { contentOf, openWithin } from '../../platform/files/open-within.ts';
import { shownResult } from '../../store/checks/check-runs.ts';
import type { Routes } from '../context.ts';
import { sendText } from '../http/send-json.ts';
import { answers, noQuery } from '../http/route-schema.ts';

/** Files on the host of a run: what was seen while it lasted. */
const seenFiles = ['docker_events.jsonl', 'metrics.jsonl'] as const;
type SeenFile = (typeof seenFiles)[number];
const receiptFile = 'receipt.json';

const reportNames = Object.keys(reportFiles) as ReportFile[];
const fileNames = z.enum([...reportNames, receiptFile, ...seenFiles]);
const logForm = /^[\w.-]{1,200}\.txt$/;
const logNames = z.string().regex(logForm, 'must be <service>.txt');

const runParams = z.strictObject({ run_id: checkRunId });
const file = answers({
  200: {
    content: {
      'application/octet-stream': { schema: z.string().meta({ examples: ['<testsuites/>'] }) },
    },
  },
});

/**
 * Serves the report of a run. What is written from the run is made from the store, on every host; the rest is in the run's
 * folder. A browser always gets bytes to save, never a page to run.
 */
export const checkReportRoutes: Routes = (context) => async (app) => {
  const { checks, store, config } = context;

  const endedRun = async (run_id: string): Promise<CheckRunView> => {
    const run = await checks.find(run_id);
    if (run.finished_at !== null) return run;
    const detail = `${run_id} has not ended, so it has no report yet.`;
    throw new VX11Error('artifact_not_found', detail);
  };
  const receiptOf = async ({ window_id }: CheckRunView) =>
    window_id === null ? null : ((await store().windows.find(window_id))?.receipt ?? null);
  /** Where this host would have the run's folder, whatever the path that its own host has noted; null without a report. */
  const folderOf = ({ folder }: CheckRunView): string | null => {
    const name = basename(folder ?? '');
    return /^\w+$/.test(name) ? join(config.runsFolder, name) : null;
  };

  const sendSeen = async (reply: unknown, run: CheckRunView, path: string): Promise<never> => {
    const folder = folderOf(run);
    const found = folder === null ? null : await openWithin(folder, path);
    if (found === null) {
      const detail = `The report of ${run.run_id} has no file ${path} on this host; it was written on ${run.host}.`;
      throw new VX11Error('artifact_not_found', detail);
    }
    saved(reply, path);
    const { size } = found;
    return (reply as FastifyReply)
      .headers({ 'content-type': typeOf(path), 'content-length': size })
      .send(await contentOf(found)) as never;
  };

  app.route({
    method: 'GET',
    url: '/vx11/checks/:run_id/artifacts',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listCheckArtifacts',
      tags: ['checks'],
      summary: 'The files of a report; none before the run has ended',
      params: runParams,
      querystring: noQuery,
      response: answers({
        200: checkArtifactsAnswer.meta({ examples: [{ files: ['junit.xml', 'logs/web.txt'] }] }),
      }),
    },
    handler: async ({ params }) => {
      const run = await checks.find(params.run_id);
      if (run.finished_at === null) return { files: [] };
      const receipt = await receiptOf(run);
      const folder = folderOf(run);
      return {
        files: [
          ...reportNames,
          ...(receipt === null ? [] : [receiptFile]),
          ...(folder === null ? [] : await seenIn(folder)),
        ],
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/checks/:run_id/artifacts/:file',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getCheckArtifact',
      tags: ['checks'],
      summary: 'A file of the report: JUnit, CTRF, HTML, Markdown, JSON, or what was seen',
      params: runParams.extend({ file: fileNames }),
      querystring: noQuery,
      response: file,
    },
    handler: async ({ params }, reply) => {
      const run = await endedRun(params.run_id);
      const { file: name } = params;
      if (isSeen(name)) return sendSeen(reply, run, name);
      const receipt = await receiptOf(run);
      if (name === receiptFile) {
        if (receipt === null) throw new VX11Error('artifact_not_found', noReceipt(run));
        saved(reply, name);
        return sendText(reply, typeOf(name), `${JSON.stringify(receipt, null, 2)}\n`);
      }
      const results = (await store().checks.results(run.run_id)).map(shownResult);
      const report = { version: config.version, run, results, receipt };
      saved(reply, name);
      return sendText(reply, reportFiles[name], writers[name](report));
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/checks/:run_id/artifacts/logs/:log',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getCheckLog',
      tags: ['checks'],
      summary: 'The end of the log of a service of the run, without the secrets of its checks',
      params: runParams.extend({ log: logNames }),
      querystring: noQuery,
      response: file,
    },
    handler: async ({ params }, reply) =>
      sendSeen(reply, await endedRun(params.run_id), `logs/${params.log}`),
  });
};

const isSeen = (name: string): name is SeenFile => (seenFiles as readonly string[]).includes(name);

function typeOf(path: string): string {
  if (path.endsWith('.jsonl')) return 'application/x-ndjson';
  return path.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8';
}

const saved = (reply: unknown, path: string): void =>
  void (reply as FastifyReply).header(
    'content-disposition',
    `attachment; filename="${basename(path)}"`,
  );

const noReceipt = ({ run_id }: CheckRunView): string =>
  `${run_id} has no receipt: it opened no window, or the window is no longer stored.`;

/** Which of the files of what was seen are in the run's folder. */
async function seenIn(folder: string): Promise<string[]> {
  const names = async (path: string): Promise<string[]> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };
  const own = await names(folder);
  const logs = (await names(join(folder, 'logs'))).filter((name) => logForm.test(name));
  return [
    ...seenFiles.filter((name) => own.includes(name)),
    ...logs.toSorted().map((name) => `logs/${name}`),
  ];
}
