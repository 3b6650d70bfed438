/** A Fastify server with one route, which returns the bytes from stdin: `node bare-route.ts PATH < bytes`. */
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';

const [path = '/'] = process.argv.slice(2);
const body = await text(process.stdin);
const app = Fastify();
app.get(path, (_request, reply) => {
  reply.type('application/json; charset=utf-8').send(body);
});
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('SIGTERM', () => process.exit(0));
console.log(address);
