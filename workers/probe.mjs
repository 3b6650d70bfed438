/** A container's health check: exits 0 if `http://127.0.0.1:PORT/health` answers 200. Plain JavaScript, to start fast. */
import { get } from 'node:http';

const fail = () => process.exit(1);
get({ host: '127.0.0.1', port: Number(process.argv[2]), path: '/health', timeout: 1_500 })
  .on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('timeout', fail)
  .on('error', fail);
