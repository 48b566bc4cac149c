// One connection that keeps `callers` requests in flight, as the clients of Pegasus do.
import { dial } from './process.js';

/** As many as it takes until V8 has compiled what the server does for them. */
const WARM_UP = 3200;

/**
 * Sends `total` requests and waits for their replies.
 *
 * @returns microseconds: `perRequest` on average, `p50` of one from its start to its end
 */
export async function drive(address, frame, callers, total, warmUp = Math.min(total, WARM_UP)) {
  const socket = dial(address);
  if (warmUp > 0) await requests(socket, frame, callers, warmUp);
  const start = performance.now();
  const waits = await requests(socket, frame, callers, total);
  const perRequest = ((performance.now() - start) * 1000) / total;
  socket.destroy();
  return { perRequest, p50: waits.sort((a, b) => a - b)[total >> 1] * 1000 };
}

function requests(socket, frame, callers, total) {
  const begun = [];
  const waits = [];
  let rest = Buffer.alloc(0);
  const send = (count) => {
    const now = performance.now();
    for (let n = 0; n < count; n++) begun.push(now);
    socket.write(count === 1 ? frame : Buffer.concat(Array(count).fill(frame)));
  };
  return new Promise((resolve, reject) => {
    socket.once('close', reject);
    socket.on('data', function take(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const before = waits.length;
      const now = performance.now();
      while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
        rest = rest.subarray(rest.readUInt32BE(0));
        waits.push(now - begun[waits.length]);
      }
      const more = Math.min(waits.length - before, total - begun.length);
      if (more > 0) send(more);
      if (waits.length < total) return;
      socket.off('data', take).off('close', reject);
      resolve(waits);
    });
    send(Math.min(callers, total));
  });
}
