import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const LINES = 300;
const BUDGET_MS = 5;

/** Lines at the prompt, from Enter to the next prompt, beside as many waits of what they may take. */
export function rowsIn(lab) {
  const program = lab.path('type-lines.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL('../type-lines.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // What is bundled from CommonJS packages asks for Node's own modules in its own way.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    external: ['@oclif/core', 'inquirer'],
  });
  return [
    {
      name: `${LINES} lines at the prompt / ${LINES} waits of ${BUDGET_MS} ms`,
      rounds: 3,
      budget: 1,
      ours: () => [program, lab.folder, String(LINES)],
      floor: () => ['-e', `setTimeout(() => {}, ${LINES * BUDGET_MS})`],
    },
  ];
}
