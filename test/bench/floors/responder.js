// A server that sends the same reply to every request without a look at it: `responder.js REQUEST-BYTES REPLY-HEX`.
import { createServer } from 'node:net';

const [, , length, hex] = process.argv;
const reply = Buffer.from(hex, 'hex');

const server = createServer({ noDelay: true }, (socket) => {
  let received = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    received += chunk.length;
    const requests = Math.floor(received / Number(length));
    received -= requests * Number(length);
    if (requests === 1) socket.write(reply);
    else if (requests > 1) socket.write(Buffer.concat(Array(requests).fill(reply)));
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${server.address().port}\n`));
