// Preloaded into a server whose memory is measured, with --expose-gc and a channel to its parent: tells what it holds, in
// bytes, whenever it is asked.
process.on('message', () => {
  global.gc();
  const { heapUsed, external } = process.memoryUsage();
  process.send(heapUsed + external);
});
process.channel.unref();
