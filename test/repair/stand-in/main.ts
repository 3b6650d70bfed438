import { modes, startStandIn, type Mode } from './server.ts';

// node test/repair/stand-in/main.ts MODE [FOLDER OF CASSETTES]: prints its URL, and runs until it is ended
const [mode = 'template', cassettes] = process.argv.slice(2);
if (!modes.includes(mode as Mode)) throw new Error(`MODE is one of ${modes.join(', ')}`);
const { url } = await startStandIn(mode as Mode, cassettes === undefined ? {} : { cassettes });
process.stdout.write(`VX11_LLM_BASE_URL=${url}\n`);
