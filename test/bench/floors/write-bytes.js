// The floor under printing a table: its bytes, written at once.
import { readFileSync } from 'node:fs';

process.stdout.write(readFileSync(process.argv[2]));
