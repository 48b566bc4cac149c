// Preloaded into a process whose memory is measured: writes its peak, in KiB, to the file that PEAK_MEMORY_FILE names.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS));
});
