// Serves a workspace until the first set and get are answered: `first-answer.js RUN DIRECTORY`.
import { primaryAmong, serve } from './process.js';

const [, , pegsh, directory] = process.argv;
const { child, replicas } = await serve(pegsh, directory);
await primaryAmong(replicas);
child.kill('SIGKILL');
process.exit(0);
