import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import type { Routes } from '../context.ts';
import { pageHeaders } from '../http/origin-check.ts';
import { plainPage } from '../openapi/plain-page.ts';
import { uiPrefix } from '../http/route-policy.ts';

const page = 'index.html';
/** Vite puts the hash of its content into the name of each of these. */
const hashed = 'assets/';

/** Nothing inline, nothing from elsewhere, no text that becomes script. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const notBuilt = plainPage('The web UI is not built', [
  'This gateway runs without it; the API and the command line work.',
  'To build it, run <code>npm run web</code> in the folder of VX11, then load this page again. <code>npm start</code> builds it too.',
]);

/** Only these are looked for on the disk, so that no address can name a file elsewhere. */
const fileForm = /^(assets\/)?[\w-][\w.-]*\.\w+$/;

/**
 * The file for a path below the UI's: that file, or the page itself for a deep link, which may have dots in the name of a
 * service. Throws `not_found` for a path that leads out of the folder.
 */
function fileFor(path: string): string {
  if (/(^|[\\/])\.\.([\\/]|$)|\0/.test(path)) throw missing();
  if (fileForm.test(path)) return path;
  const isFileName = !path.includes('/') && path.includes('.');
  if (path.startsWith(hashed) || isFileName) throw missing();
  return page;
}

const missing = (): VX11Error => new VX11Error('not_found', 'The web UI has no such file.');

const pathOf = ({ params }: FastifyRequest): string => (params as { '*': string })['*'];

/** Serves the built files of the web UI, compressed as they were built, and leads people to it. */
export const uiFileRoutes: Routes =
  ({ config }) =>
  async (app) => {
    const rule = { scope: 'open', page: true } as const;
    const method = ['GET', 'HEAD'];

    for (const url of ['/', '/operator', uiPrefix.slice(0, -1)]) {
      app.route({
        method,
        url,
        config: { rule },
        handler: async (_request, reply) => (reply as unknown as FastifyReply).redirect(uiPrefix),
      });
    }

    await app.register(
      async (files) => {
        await files.register(fastifyStatic, {
          root: config.uiFolder,
          serve: false,
          preCompressed: true,
          cacheControl: false,
          suppressWarning: true, // the folder may be built later
        });
        files.setNotFoundHandler((request, reply) => {
          if (fileFor(pathOf(request)) !== page) throw missing();
          return reply.code(503).headers(notBuilt.headers).type(notBuilt.type).send(notBuilt.html);
        });
        files.route({
          method,
          url: '/*',
          config: { rule },
          handler: (request, reply) => {
            const file = fileFor(pathOf(request));
            const isHashed = file.startsWith(hashed);
            reply.headers({
              ...pageHeaders,
              'content-security-policy': policy,
              'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
            });
            return reply.sendFile(file);
          },
        });
      },
      { prefix: uiPrefix.slice(0, -1) },
    );
  };
