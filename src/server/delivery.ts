import type { Writer } from '../rpc/codec/writer.ts';
import type { Answer, Reply } from './answer.ts';
import type { Line, Rest } from './session.ts';

/**
 * Sends an answer when its time has come.
 *
 * @param timeoutUs how long the caller waits
 * @param write how the protocol puts a reply
 * @returns what is left to do of one that takes long
 */
export function deliver(
  line: Line,
  answer: Answer,
  timeoutUs: number,
  write: (out: Writer, reply: Reply) => void,
): Rest | undefined {
  switch (answer.kind) {
    case 'reply':
      if (answer.waitedUs === 0) line.answer(write, answer);
      else line.after(answer.waitedUs, () => line.answer(write, answer));
      break;
    case 'late':
      line.poll(timeoutUs, () => {
        const result = answer.look();
        if (result === undefined) return false;
        line.answer(write, { kind: 'reply', error: 'ERR_OK', waitedUs: 0, result });
        return true;
      });
      break;
    case 'postponed': {
      const goOn = (): Rest | undefined => deliver(line, answer.again(), timeoutUs, write);
      if (answer.waitedUs === 0) return goOn;
      line.goOnAfter(answer.waitedUs, goOn);
      break;
    }
    case 'goodbye':
      line.end();
      break;
    case 'silence':
      break;
  }
  return undefined;
}
